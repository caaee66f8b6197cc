"""Who has looked at one's record: the noted looks as sentences that their patient can read; and their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ldnapp.people.models import Patient
from ldnapp.people.models.event import PROOF
from ldnapp.people.names import names_of

from .models import AccessEvent, Page

GONE = "Someone whose account is gone"


@dataclass(frozen=True)
class Looks:
    """Looks of one person at one page on one day: a sentence of the list."""

    who: str
    day: date
    words: str  # what follows the name


def looks_at(patient: Patient, *, start: int = 0, size: int) -> list[Looks]:
    """``size`` looks at this patient's record from the ``start``-th newest on, in the patient's own time.

    Two queries, however many there are. Day by day, and in a day what was looked at last comes first.
    """
    noted = AccessEvent.objects.filter(subject=patient.user.event_id).order_by("-at", "-pk")
    rows = list(noted.values_list("actor", "page", "at")[start : start + size])
    names = names_of(actor for actor, _, _ in rows)
    together: dict[tuple[date, UUID, str], list[str]] = {}
    for actor, page, at in rows:
        clock = patient.wall_clock(at)
        together.setdefault((clock.date(), actor, page), []).append(f"{clock:%H:%M}")
    return [
        Looks(names.get(actor, GONE), day, f"looked at {Page(page).label} {times_words(times)}.")
        for (day, actor, page), times in together.items()
    ]


def count_of(patient: Patient) -> int:
    """How many looks at this patient's record are noted."""
    return AccessEvent.objects.filter(subject=patient.user.event_id).count()


def times_words(times: Sequence[str]) -> str:
    """ "at 10:05, 10:20 and 14:00", from the last to the first; a time that comes twice is said once."""
    *before, last = dict.fromkeys(reversed(times))
    return f"at {', '.join(before)} and {last}" if before else f"at {last}"


def drop_old_looks(now: datetime) -> int:
    """Delete the looks that are older than proof is kept (the triggers refuse it within eight years); how many."""
    return AccessEvent.objects.filter(at__lte=now - PROOF).delete()[0]
