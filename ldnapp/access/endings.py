"""Who ended a link, in words for either side: each sees that it ended, and nothing of why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Subquery, Window

from ldnapp.people.models import Clinician, Patient, Role

from .models import CareLink
from .models.link import CareLinkQuerySet

SHOWN_FOR = timedelta(days=30)
TO_CLINICIAN_AT_MOST, TO_PATIENT_AT_MOST = 5, 20  # named; of more, the number is said

TO_CLINICIAN = {
    Role.PATIENT: "ended by the patient",
    Role.CLINICIAN: "ended by you",
    Role.ADMIN: "ended by the people who run this site",
}
TO_PATIENT = {
    Role.PATIENT: "You ended it.",
    Role.CLINICIAN: "Your prescriber ended it.",
    Role.ADMIN: "The people who run this site ended it.",
}


class Ending(NamedTuple):
    """What is left of a link for either side: the fact."""

    name: str  # of the other side
    since: datetime
    at: datetime
    words: str


class Endings(NamedTuple):
    """The newest ones, and how many there are in all."""

    newest: Sequence[Ending]
    total: int

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.total - len(self.newest)


def ended_lately(clinician: Clinician, now: datetime) -> Endings:
    """Links of this prescriber that ended in the last 30 days, newest first, in one query.

    Nothing of a patient who shares with them again.
    """
    again = CareLink.objects.active().filter(patient=OuterRef("patient"), clinician=clinician)
    lately = _ended().filter(~Exists(again), clinician=clinician, ended_at__gt=now - SHOWN_FOR)
    found = lately.annotate(
        is_passed_on=Exists(_next_one().filter(proposed_through=clinician)), total=Window(Count("pk"))
    )
    rows = list(
        found.values_list("patient__name", "accepted_at", "ended_at", "ended_by", "is_passed_on", "total")[
            :TO_CLINICIAN_AT_MOST
        ]
    )
    newest = [
        Ending(name, since, at, "passed on to a colleague" if is_passed_on else TO_CLINICIAN[Role(by)])
        for name, since, at, by, is_passed_on, _ in rows
        if since and at  # as they all are
    ]
    return Endings(newest, rows[0][-1] if rows else 0)


def ended_for(patient: Patient) -> Endings:
    """Links of this patient that are over, newest first, in one query."""
    instead = Subquery(_next_one().values("clinician__name")[:1])
    found = _ended().filter(patient=patient).annotate(instead=instead, total=Window(Count("pk")))
    rows = list(
        found.values_list("clinician__name", "accepted_at", "ended_at", "ended_by", "instead", "total")[
            :TO_PATIENT_AT_MOST
        ]
    )
    newest = [
        Ending(name, since, at, f"You said yes to {instead} instead." if instead else TO_PATIENT[Role(by)])
        for name, since, at, by, instead, _ in rows
        if since and at  # as they all are
    ]
    return Endings(newest, rows[0][-1] if rows else 0)


def _ended() -> CareLinkQuerySet:
    """Links that opened a record once, and do no more."""
    return CareLink.objects.ended().filter(accepted_at__isnull=False)


def _next_one() -> CareLinkQuerySet:
    """For a subquery: the link whose yes ended the outer one; both bear the same moment (accept_link)."""
    return CareLink.objects.filter(patient=OuterRef("patient"), accepted_at=OuterRef("ended_at"))
