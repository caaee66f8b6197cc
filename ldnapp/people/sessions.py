"""How long someone stays signed in: staff half an hour without a click, patients a month.

On a shared device everyone half an hour, and not past the browser's end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from .models import Role

NOTED_EVERY = timedelta(minutes=5)  # the last use is written at most this often
SHARED = "is_shared"
BROWSERS_END = 0  # Django's word for a cookie without an age


@dataclass(frozen=True)
class Age:
    """How old a session may get: unused, and in all."""

    idle: timedelta
    total: timedelta


STAFF = Age(idle=timedelta(minutes=30), total=timedelta(hours=12))
PATIENT = Age(idle=timedelta(days=30), total=timedelta(days=90))
SHARED_DEVICE = Age(idle=timedelta(minutes=30), total=timedelta(hours=12))

Noted = SessionBase | Mapping[str, Any]


class SessionAgeMiddleware:
    """Signs a session out that is unused or too old; runs right after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            keep_or_end(request, request.user.role, datetime.now(UTC))
        return self.get_response(request)


def mark(request: HttpRequest, *, is_shared: bool) -> None:
    """Note at the start of each sign-in whether the device is shared: later steps, and only they, go by it."""
    request.session[SHARED] = is_shared
    if is_shared:
        request.session.set_expiry(BROWSERS_END)


def is_shared(noted: Noted) -> bool:
    """Whether this session was begun on a device that others use too."""
    return bool(noted.get(SHARED))


def is_over(noted: Noted, role: str, now: datetime) -> bool:
    """Whether a session with these notes is past its age, unused or in all."""
    age = _age(noted, role)
    began, used = moment(noted, "began_at"), moment(noted, "used_at")
    return bool((used and now - used > age.idle) or (began and now - began > age.total))


def keep_or_end(request: HttpRequest, role: str, now: datetime) -> None:
    """End a session that is past its age; else note its use, at most every five minutes."""
    if is_over(request.session, role, now):
        logout(request)
        return
    used = moment(request.session, "used_at")
    if used is None or now - used >= NOTED_EVERY:
        request.session.setdefault("began_at", now.timestamp())
        request.session["used_at"] = now.timestamp()
        expiry = BROWSERS_END if is_shared(request.session) else _age(request.session, role).idle
        request.session.set_expiry(expiry)
    if used is not None and now - used >= NOTED_EVERY:
        _note_for_its_owner(request, now)


def _note_for_its_owner(request: HttpRequest, now: datetime) -> None:
    """Tell the list of one's devices; a session that was begun before there was one is added to it."""
    listed = UserSession.objects.filter(session_key=request.session.session_key)
    if not listed.update(last_seen_at=now):
        UserSession.objects.create_from_request(request)


def moment(noted: Noted, name: str) -> datetime | None:
    """A moment that was noted in the session, or None."""
    at = noted.get(name)
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _age(noted: Noted, role: str) -> Age:
    if is_shared(noted):
        return SHARED_DEVICE
    return PATIENT if role == Role.PATIENT else STAFF
