"""Reads of the record for a page: each a fixed number of queries, whatever the range.

Callers have come through the door, or read their own record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Min

from ldnapp.people.models import Patient

from .models import DiaryEntry, Dose, UsualDose
from .progress import DayRow
from .recording import Answers, answers_of
from .symptoms import SYMPTOM_KEYS

WEEK = 7  # days shown as dots under a diary day


@dataclass(frozen=True)
class Day:
    """One diary day and what a diary page shows around it."""

    entry: DiaryEntry | None
    answers: Answers
    yesterday: Answers
    usual: UsualDose | None
    first_dose: date | None
    recent: list[tuple[date, bool]]  # the seven days that end with this one: was anything written?


def read_day(patient: Patient, day: date) -> Day:
    """A diary day with the day before it, the usual dose and the last seven days: four queries."""
    opening, before = day - timedelta(days=WEEK - 1), day - timedelta(days=1)
    entries = {entry.diary_date: entry for entry in DiaryEntry.objects.of(patient).between(opening, day)}
    doses = {dose.diary_date: dose for dose in Dose.objects.of(patient).between(before, day).order_by("-slot")}
    return Day(
        entry=entries.get(day),
        answers=answers_of(entries.get(day), doses.get(day)),
        yesterday=answers_of(entries.get(before), doses.get(before)),
        usual=UsualDose.objects.for_diary(patient),
        first_dose=first_dose(patient),
        recent=[(shown, shown in entries) for shown in (opening + timedelta(days=n) for n in range(WEEK))],
    )


def first_dose(patient: Patient) -> date | None:
    """The diary date of the first dose on record, or None."""
    first: date | None = Dose.objects.of(patient).aggregate(first=Min("diary_date"))["first"]
    return first


def read_rows(patient: Patient, first: date, last: date) -> list[DayRow]:
    """The recorded days of a stretch, oldest first: two queries."""
    return [row for row in read_rows_of_each([patient], first)[patient.pk] if row.date <= last]


def read_rows_of_each(patients: Sequence[Patient], first: date) -> Mapping[UUID, list[DayRow]]:
    """The recorded days of each of these patients since a date, oldest first: two queries for all of them."""
    doses: dict[tuple[UUID, date], tuple[Decimal | None, str]] = {}
    taken = Dose.objects.of_each(patients).filter(diary_date__gte=first).order_by("slot")
    for patient_id, day, mg, timing in taken.values_list("patient_id", "diary_date", "amount_mg", "timing"):
        sooner = doses.get((patient_id, day))
        doses[patient_id, day] = (_sum(sooner[0], mg), sooner[1]) if sooner else (mg, timing)
    found: dict[UUID, list[DayRow]] = {patient.pk: [] for patient in patients}
    entries = DiaryEntry.objects.of_each(patients).filter(diary_date__gte=first).order_by("diary_date")
    for patient_id, day, status, *scores in entries.values_list(
        "patient_id", "diary_date", "dose_status", *SYMPTOM_KEYS
    ):
        found[patient_id].append(DayRow(day, tuple(scores), status, *doses.get((patient_id, day), (None, ""))))
    return found


def _sum(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """A split dose in all; unknown where one part is."""
    return None if first is None or second is None else first + second


def read_month(patient: Patient, first: date, last: date) -> Mapping[date, str]:
    """The days of a month on which something was written, each with its dose status: one query."""
    return dict(DiaryEntry.objects.of(patient).between(first, last).values_list("diary_date", "dose_status"))
