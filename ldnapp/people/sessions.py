"""How long someone stays signed in: staff half an hour without a click, patients a month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from .models import Role

NOTED_EVERY = timedelta(minutes=5)  # the last use is written at most this often


@dataclass(frozen=True)
class Age:
    """How old a session may get: unused, and in all."""

    idle: timedelta
    total: timedelta


STAFF = Age(idle=timedelta(minutes=30), total=timedelta(hours=12))
PATIENT = Age(idle=timedelta(days=30), total=timedelta(days=90))


class SessionAgeMiddleware:
    """Signs a session out that is unused or too old; runs right after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            keep_or_end(request, request.user.role, datetime.now(UTC))
        return self.get_response(request)


def keep_or_end(request: HttpRequest, role: str, now: datetime) -> None:
    """End a session that is past its age; else note its use, at most every five minutes."""
    age = PATIENT if role == Role.PATIENT else STAFF
    began, used = _moment(request, "began_at"), _moment(request, "used_at")
    if (used and now - used > age.idle) or (began and now - began > age.total):
        logout(request)
    elif used is None or now - used >= NOTED_EVERY:
        request.session.setdefault("began_at", now.timestamp())
        request.session["used_at"] = now.timestamp()
        request.session.set_expiry(age.idle)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    """A moment that was noted in the session, or None."""
    noted = request.session.get(name)
    return None if noted is None else datetime.fromtimestamp(noted, UTC)
