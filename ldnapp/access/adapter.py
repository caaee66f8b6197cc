"""allauth's hooks where invitations come in: who may make an account, and where signing in leads."""

from django.http import HttpRequest
from django.urls import reverse

from ldnapp.people.adapter import AccountAdapter as PlainAdapter
from ldnapp.people.models import Role

from . import invitation_session


class AccountAdapter(PlainAdapter):
    """As people's own, open to whoever opened an invitation in this session."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The page is there for whoever opened an invitation; for everybody where the site allows it."""
        return super().is_open_for_signup(request) or invitation_session.is_invited(request)

    def may_sign_up(self, request: HttpRequest, email: str) -> bool:
        """The invitation makes an account for the address that it went to, and for no other."""
        return super().may_sign_up(request, email) or invitation_session.is_invited_address(request, email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home; the question of an invitation comes first, where one was opened before signing in."""
        is_patient = request.user.is_authenticated and request.user.role == Role.PATIENT
        if is_patient and invitation_session.invitation_of(request) is not None:
            return reverse("access:invited_answer")
        url: str = super().get_login_redirect_url(request)
        return url
