"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    """Whether this is a demo, which each page says."""
    return {"is_demo": settings.DEMO}
