"""Lets a request through to its view only if it is meant for who is asking."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from ldnapp.people.adapter import second_factors
from ldnapp.people.models import Role

from . import typed
from .audience import (
    ADMIN,
    ANYONE,
    CLINICIAN,
    PATIENT,
    SIGNED_IN,
    Audience,
    ClinicianRequest,
    PatientRequest,
    SignedInRequest,
    audience_of,
)

ROLE_OF = {PATIENT: Role.PATIENT, CLINICIAN: Role.CLINICIAN, ADMIN: Role.ADMIN}
PREFETCH = "prefetch"


class AudienceMiddleware:
    """Denies by default: a URL without a declared audience is a 404, for everyone.

    Nobody signed in: to the sign-in page. The wrong role: 404, as if the page were not there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the request through."""
        match = request.resolver_match
        who = audience_of(match) if match else None
        if who is None:
            raise Http404
        if who is ANYONE:
            return None
        if PREFETCH in request.headers.get("Sec-Purpose", ""):
            return HttpResponse(status=503)  # a body that nobody asked to see would be a look all the same
        if not request.user.is_authenticated:
            return to_sign_in(request, view, kwargs)
        signed_in = cast(SignedInRequest, request)
        typed.drop_of_others(signed_in)
        return admit(signed_in, who, view)


def to_sign_in(request: HttpRequest, view: Callable[..., HttpResponse], kwargs: dict[str, Any]) -> HttpResponse:
    """The way to the sign-in page and back; what was typed into a form of ours is kept on the way."""
    if request.method == "POST" and hasattr(view, "signed_out"):
        view.signed_out(request, **kwargs)
    return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else request.path)


def admit(request: SignedInRequest, who: Audience, view: Callable[..., HttpResponse]) -> HttpResponse | None:
    """Let the right role through, with its patient or clinician on the request; 404 for any other."""
    user = request.user
    if who is SIGNED_IN:
        return None
    if user.role != ROLE_OF[who]:
        raise Http404
    if who is not PATIENT and settings.REQUIRE_SECOND_FACTOR and not second_factors(user).exists():
        return redirect("mfa_index")
    if who is PATIENT:
        patient = getattr(user, "patient", None) or _not_there()
        cast(PatientRequest, request).patient = patient
        if patient.leaving_at and not hasattr(view, "open_while_leaving"):
            return redirect("access:leaving")
    elif who is CLINICIAN:
        cast(ClinicianRequest, request).clinician = getattr(user, "clinician", None) or _not_there()
    return None


def _not_there() -> Any:
    """A user whose patient or clinician was never made has no pages."""
    raise Http404
