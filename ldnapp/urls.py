"""Every URL of the site. Each view says who it is for: see ldnapp/access/audience.py."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("ldnapp.web.urls")),
    path("", include("tracker.urls")),
    path("", include("ldnapp.access.urls")),
    path("clinic/", include("clinician.urls")),
    path("accounts/", include("ldnapp.people.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "ldnapp.web.errors.bad_request"
handler500 = "ldnapp.web.errors.server_error"
