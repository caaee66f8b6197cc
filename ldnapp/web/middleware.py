"""Headers of every response, and a refusal of requests that arrived cut short."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


class HeadersMiddleware:
    """Adds what Django's own middleware does not: permissions, resource policy, no-store, clearing at sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")  # WhiteNoise has said otherwise for static files
        is_sign_out = request.method == "POST" and request.path in {reverse("account_logout"), reverse("admin:logout")}
        if is_sign_out and response.status_code < 400:  # another site's POST is refused, and must clear nothing
            response.headers["Clear-Site-Data"] = '"cache", "storage"'  # drafts on a shared phone go too
        return response


class WholeBodyMiddleware:
    """Refuses a body that is shorter than it said, or too large: half a day must never be saved as a day.

    Reading it here, whatever its kind, holds files to the limit too: Django's own counts fields only.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            said = request.META.get("CONTENT_LENGTH") or "0"
            if not said.isdecimal() or len(request.body) < int(said):
                raise BadRequest("the body ended early")
        return self.get_response(request)
