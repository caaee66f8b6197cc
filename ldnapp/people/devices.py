"""Where someone is signed in: the list of their sessions, in words, and the end of one or all others."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from .events import note
from .models import EventKind, User
from .sessions import is_over, moment

SHOWN = 50  # sessions on the page; the total is said where there are more

# What a browser calls itself, in the order in which it has to be looked for: most name others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """One session as its owner is shown it. The moments are naive: as the owner's clock shows them."""

    pk: int
    words: str
    since: datetime
    used: datetime
    is_this: bool


def device_words(user_agent: str) -> str:
    """A browser in words of ours, such as "Firefox on Windows"; "a browser" where it is none that we know."""
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "")
    return f"{browser or 'a browser'} on {system}" if system else browser or "a browser"


def devices_of(user: User, this: str | None) -> list[Device]:
    """This user's sessions that still open a page: the one with the key ``this`` first, then by their last use."""
    found = [_device(user, row, data, is_this=row.session_key == this) for row, data in _living(user)]
    return sorted(found, key=lambda device: (device.is_this, device.used), reverse=True)


def end_session(user: User, pk: int) -> bool:
    """End this session of this user: its next request is nobody's. False where it is not theirs, or over."""
    return bool(_end(user, UserSession.objects.filter(user=user, pk=pk), "one session"))


def end_other_sessions(user: User, this: str | None) -> int:
    """End all of this user's sessions but the one with the key ``this``; how many."""
    return _end(user, UserSession.objects.filter(user=user).exclude(session_key=this), "all other sessions")


def end_all_sessions(user: User) -> None:
    """Sign this user out everywhere. A session that is not on their list is over too: it is of an earlier round."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    _delete(UserSession.objects.filter(user=user))


def forget_other_sessions(user: User, this: str | None) -> None:
    """Delete this user's other sessions, which a new password has ended, without a word of their own."""
    _delete(UserSession.objects.filter(user=user).exclude(session_key=this))


def drop_ended(user: User | None = None) -> int:
    """Forget the device and address of sessions that are over (of this user, or everyone's); how many."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.all() if user is None else UserSession.objects.filter(user=user)
    return int(rows.exclude(session_key__in=alive).delete()[0])


@transaction.atomic
def _end(user: User, rows: QuerySet[Any], detail: str) -> int:
    ended = _delete(rows)
    if ended:
        note(EventKind.SESSION_ENDED, actor=user, subject=user, detail=detail)
    return ended


def _delete(rows: QuerySet[Any]) -> int:
    """Delete these sessions, which is what ends them; how many."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return int(UserSession.objects.filter(session_key__in=keys).delete()[0])


def _living(user: User) -> list[tuple[Any, dict[str, Any]]]:
    """The sessions that are not over, with what is noted in each: two queries, however many there are."""
    now = timezone.now()
    rows = list(UserSession.objects.filter(user=user))
    stored = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    noted = {session.session_key: session.get_decoded() for session in stored}
    by_this_password = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    living = [(row, noted[row.session_key]) for row in rows if row.session_key in noted]
    return [
        (row, data)
        for row, data in living
        if data.get(HASH_SESSION_KEY) in by_this_password and not is_over(data, user.role, now)
    ]


def _device(user: User, row: Any, data: dict[str, Any], *, is_this: bool) -> Device:
    return Device(
        pk=row.pk,
        words=device_words(row.user_agent),
        since=_clock(user, moment(data, "began_at") or row.created_at),
        used=_clock(user, row.last_seen_at),
        is_this=is_this,
    )


def _clock(user: User, at: datetime) -> datetime:
    """This moment as a patient's own clock shows it; as UTC's for everyone else."""
    patient = getattr(user, "patient", None)
    return patient.wall_clock(at) if patient else at.astimezone(UTC).replace(tzinfo=None)
