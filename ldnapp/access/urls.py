"""The pages of who may see whom: sharing, invitations, and what else is not about one's diary. Paths are whole."""

from django.urls import path

from .views import consent, invitations, invited, leaving, reviewed, sharing, transfer

app_name = "access"
urlpatterns = [
    path("sharing/", sharing.sharing, name="sharing"),
    path("sharing/looks/", sharing.all_looks, name="looks"),
    path("sharing/words/", consent.consent_renew, name="consent_renew"),
    path("sharing/<int:pk>/", consent.link_consent, name="link_consent"),
    path("sharing/<int:pk>/accept/", consent.link_accept, name="link_accept"),
    path("sharing/<int:pk>/decline/", sharing.link_decline, name="link_decline"),
    path("sharing/end/", sharing.link_end, name="link_end"),
    path("sharing/invitation/", invited.invited_answer, name="invited_answer"),
    path("clinic/invitations/", invitations.invitations, name="invitations"),
    path("clinic/invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("clinic/invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("clinic/patients/<uuid:patient_id>/transfer/", transfer.transfer, name="transfer"),
    path("clinic/patients/<uuid:patient_id>/transfer/back/", transfer.transfer_back, name="transfer_back"),
    path("clinic/patients/<uuid:patient_id>/end/", transfer.care_end, name="care_end"),
    path("clinic/patients/<uuid:patient_id>/reviewed/", reviewed.reviewed, name="reviewed"),
    path("invited/", invited.invited, name="invited"),
    path("invited/welcome/", invited.invited_welcome, name="invited_welcome"),  # before the next: no token is so short
    path("invited/<str:token>/", invited.invited_by_link, name="invited_by_link"),
    path("my-data/leave/", leaving.leave, name="leave"),
    path("my-data/leaving/", leaving.leaving, name="leaving"),
    path("my-data/stay/", leaving.stay, name="stay"),
]
