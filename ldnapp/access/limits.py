"""How often something may be tried: allauth's counters, which all workers share, by our own names."""

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse

SENDING = "invite"  # the name in ACCOUNT_RATE_LIMITS of what sends a mail to someone a prescriber names


def too_many(request: HttpRequest, action: str, *, key: str | None = None) -> HttpResponse | None:
    """Count a try of an action of settings.ACCOUNT_RATE_LIMITS; the page that refuses it once there were too many."""
    refused: HttpResponse | None = consume_or_429(request, action=action, key=key)
    return refused
