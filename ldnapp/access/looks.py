"""Who has looked at one's record: the noted looks as sentences that their patient can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from ldnapp.people.models import Clinician, Patient

from .models import AccessEvent, Page

GONE = "Someone whose account is gone"


@dataclass(frozen=True)
class Looks:
    """Looks of one person at one page on one day, one after the other: a sentence of the list."""

    who: str
    day: date
    words: str  # what follows the name


@dataclass(frozen=True)
class Window:
    """A stretch of the list, newest first, and how many looks there are in all."""

    looks: Sequence[Looks]
    total: int


def looks_at(patient: Patient, *, start: int = 0, size: int, total: int | None = None) -> Window:
    """``size`` looks at this patient's record from the ``start``-th newest on, in the patient's own time.

    Three queries, however many there are; two where the total is known.
    """
    noted = AccessEvent.objects.filter(subject=patient.user.event_id)
    first = max(start - 1, 0)  # one more at either end tells where a sentence goes on outside
    rows = list(noted.order_by("-at", "-pk").values_list("actor", "page", "at")[first : start + size + 1])
    newer, rows = rows[: start - first], rows[start - first :]
    shown, older = rows[:size], rows[size:]
    names = _names({actor for actor, _, _ in shown})
    groups = [(key, [at for _, _, at in group]) for key, group in groupby(shown, lambda row: _key(row, patient))]
    sentences = []
    for place, ((actor, page, day), moments) in enumerate(groups):
        is_first, is_last = place == 0, place == len(groups) - 1
        goes_on = is_first and bool(newer) and _key(newer[0], patient) == (actor, page, day)
        began = is_last and bool(older) and _key(older[0], patient) == (actor, page, day)
        clock = [f"{patient.wall_clock(at):%H:%M}" for at in reversed(moments)]
        words = f"looked at {Page(page).label} {times_words(clock, began=began, goes_on=goes_on)}."
        sentences.append(Looks(names.get(actor, GONE), day, words))
    return Window(sentences, noted.count() if total is None else total)


def count_of(patient: Patient) -> int:
    """How many looks at this patient's record are noted."""
    return AccessEvent.objects.filter(subject=patient.user.event_id).count()


def times_words(clock: Sequence[str], *, began: bool = False, goes_on: bool = False) -> str:
    """ "at 10:05", "3 times: 10:05, 10:20 and 14:00"; without a number where some of them are on another page."""
    if began or goes_on:
        parts = [*(["earlier"] if began else []), *clock, *(["later"] if goes_on else [])]
        return f"several times: {_listed(parts)}"
    return f"at {clock[0]}" if len(clock) == 1 else f"{len(clock)} times: {_listed(clock)}"


def _listed(parts: Sequence[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last


def _key(row: tuple[UUID, str, datetime], patient: Patient) -> tuple[UUID, str, date]:
    actor, page, at = row
    return actor, page, patient.wall_clock(at).date()


def _names(actors: set[UUID]) -> Mapping[UUID, str]:
    """The names of those who looked and still have an account."""
    return dict(Clinician.objects.filter(user__event_id__in=actors).values_list("user__event_id", "name"))
