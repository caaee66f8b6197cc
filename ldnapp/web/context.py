"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    """Whether this is a demo, which each page says; and whether anybody may make an account."""
    return {"is_demo": settings.DEMO, "is_open": settings.OPEN_SIGNUP}
