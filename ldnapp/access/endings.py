"""Who ended a link, in words for either side: each sees that it ended, and nothing of why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Window

from ldnapp.people.models import Clinician, Role

from .models import CareLink

SHOWN_FOR = timedelta(days=30)
AT_MOST = 5  # named; of more, the number is said

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
    """What is left for a prescriber of a link of theirs: the fact."""

    patient: str  # the name
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
    of_patient = CareLink.objects.filter(patient=OuterRef("patient"))
    links = CareLink.objects.ended().filter(
        ~Exists(of_patient.active().filter(clinician=clinician)),
        clinician=clinician,
        accepted_at__isnull=False,
        ended_at__gt=now - SHOWN_FOR,
    )
    passed_on = of_patient.filter(proposed_through=clinician, accepted_at=OuterRef("ended_at"))
    found = links.annotate(is_passed_on=Exists(passed_on), total=Window(Count("pk")))
    rows = list(found.values_list("patient__name", "ended_at", "ended_by", "is_passed_on", "total")[:AT_MOST])
    newest = [
        Ending(name, at, "passed on to a colleague" if is_passed_on else TO_CLINICIAN[Role(ended_by)])
        for name, at, ended_by, is_passed_on, _ in rows
        if at  # as they all are
    ]
    return Endings(newest, rows[0][-1] if rows else 0)


def words_to_patient(ended: CareLink, every: Sequence[CareLink]) -> str:
    """Who ended this link of theirs; ``every`` is all of their links."""
    next_one = next((link for link in every if link.accepted_at and link.accepted_at == ended.ended_at), None)
    return f"You said yes to {next_one.clinician.name} instead." if next_one else TO_PATIENT[Role(ended.ended_by)]
