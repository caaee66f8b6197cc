"""Reads of the record for a page: each a fixed number of queries, whatever the range.

Callers have come through the door, or read their own record.
"""

from collections.abc import Iterable, Mapping
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
    doses: dict[date, tuple[Decimal | None, str]] = {}
    for day, mg, timing in (
        Dose.objects.of(patient).between(first, last).order_by("slot").values_list("diary_date", "amount_mg", "timing")
    ):
        sooner = doses.get(day)
        doses[day] = (_sum(sooner[0], mg), sooner[1]) if sooner else (mg, timing)
    entries = DiaryEntry.objects.of(patient).between(first, last).order_by("diary_date")
    return [
        DayRow(day, tuple(scores), status, *doses.get(day, (None, "")))
        for day, status, *scores in entries.values_list("diary_date", "dose_status", *SYMPTOM_KEYS)
    ]


def _sum(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """A split dose in all; unknown where one part is."""
    return None if first is None or second is None else first + second


def read_month(patient: Patient, first: date, last: date) -> Mapping[date, str]:
    """The days of a month on which something was written, each with its dose status: one query."""
    return dict(DiaryEntry.objects.of(patient).between(first, last).values_list("diary_date", "dose_status"))


def scores_of_each(
    patients: Iterable[Patient], first: date
) -> Mapping[UUID, list[tuple[date, tuple[int | None, ...]]]]:
    """(date, scores) of each of these patients since a date, oldest first: one query for all of them."""
    patients = list(patients)
    found: dict[UUID, list[tuple[date, tuple[int | None, ...]]]] = {patient.pk: [] for patient in patients}
    rows = DiaryEntry.objects.of_each(patients).filter(diary_date__gte=first).order_by("diary_date")
    for patient_id, day, *scores in rows.values_list("patient_id", "diary_date", *SYMPTOM_KEYS):
        found[patient_id].append((day, tuple(scores)))
    return found
