"""Who a page is for. A page that does not say so does not exist."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch

from ldnapp.people.models import Clinician, Patient, User


class Audience(Enum):
    """Everyone a page may be for."""

    ANYONE = auto()
    SIGNED_IN = auto()
    PATIENT = auto()
    CLINICIAN = auto()
    ADMIN = auto()


ANYONE, SIGNED_IN, PATIENT, CLINICIAN, ADMIN = Audience

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SignedInRequest(HttpRequest):
    """A request of someone who is signed in."""

    user: User


class PatientRequest(SignedInRequest):
    """A request that the middleware let through to a patient's page."""

    patient: Patient


class ClinicianRequest(SignedInRequest):
    """A request that the middleware let through to a clinician's page."""

    clinician: Clinician


def audience(who: Audience) -> Callable[[View], View]:
    """Declares who a view is for; AudienceMiddleware lets nobody else through."""

    def declare(view: View) -> View:
        view.audience = who  # type: ignore[attr-defined]
        return view

    return declare


def open_while_leaving(view: View) -> View:
    """Declares that a patient who asked to be deleted still gets this page; every other one leads to the way back."""
    view.open_while_leaving = True  # type: ignore[attr-defined]
    return view


Refusal = Callable[..., HttpResponse | None]


def keeps_what_was_typed(*, signed_out: Refusal, stale: Refusal) -> Callable[[View], View]:
    """Declares what becomes of a form that is refused before its view is reached.

    Both are called with the request and the URL's arguments. ``signed_out``: the session is gone;
    whatever it returns, the sign-in page comes next. ``stale``: the CSRF token is; a response is
    shown instead of the plain refusal.
    """

    def declare(view: View) -> View:
        view.signed_out, view.stale = signed_out, stale  # type: ignore[attr-defined]
        return view

    return declare


# Pages that can't say it themselves, by their names: allauth's, and those of people, which lies below
# this module. (The admin goes by its namespace.)
PAGES_BY_NAME = {
    "people:sessions": SIGNED_IN,
    "people:session_end": SIGNED_IN,
    "people:sessions_end_others": SIGNED_IN,
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_signup": ANYONE,
    "account_email_verification_sent": ANYONE,
    "account_confirm_login_code": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "mfa_trust": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
}


def audience_of(match: ResolverMatch) -> Audience | None:
    """The audience of a resolved URL; None where nobody declared one."""
    if match.namespace == "admin":
        return ADMIN
    return getattr(match.func, "audience", None) or PAGES_BY_NAME.get(match.view_name)
