"""Reads of the record for a page: each a fixed number of queries, whatever the range.

Callers have come through the door, or read their own record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Min

from ldnapp.people.models import Patient

from . import effects, sheet
from .answers import Answers, answers_of
from .models import DiaryEntry, Dose, Summary
from .progress import TAKEN, DayRow
from .sheet import Sheet
from .symptoms import SYMPTOM_KEYS

DayScores = tuple[date, Sequence[int | None]]  # in the order of SYMPTOMS
ENTRY_COLUMNS = ("diary_date", "dose_status", "side_effects", "as_needed", *SYMPTOM_KEYS)
DOSE_COLUMNS = ("diary_date", "amount_mg", "timing")
NO_DOSE = (None, "")
WEEK = 7  # days shown as dots under a diary day


@dataclass(frozen=True)
class Day:
    """One diary day and what a diary page shows around it."""

    entry: DiaryEntry | None
    answers: Answers
    yesterday: Answers
    sheet: Sheet  # what is known of the treatment
    recent: list[tuple[date, bool]]  # the seven days that end with this one: was anything written?


def read_day(patient: Patient, day: date) -> Day:
    """A diary day with the day before it, what is known of the treatment and the last seven days: three queries."""
    opening, before = day - timedelta(days=WEEK - 1), day - timedelta(days=1)
    entries = {entry.diary_date: entry for entry in DiaryEntry.objects.of(patient).between(opening, day)}
    doses: dict[date, list[Dose]] = {before: [], day: []}
    for dose in Dose.objects.of(patient).between(before, day):
        doses[dose.diary_date].append(dose)
    return Day(
        entry=entries.get(day),
        answers=answers_of(entries.get(day), doses[day]),
        yesterday=answers_of(entries.get(before), doses[before]),
        sheet=read_sheet(patient),
        recent=[(shown, shown in entries) for shown in (opening + timedelta(days=n) for n in range(WEEK))],
    )


def read_sheet(patient: Patient) -> Sheet:
    """What is known of the treatment, as the summary keeps it: one query."""
    kept = Summary.objects.of(patient).values_list("sheet", flat=True).first()
    return Sheet() if kept is None else sheet.from_json(kept)


def first_entry(patient: Patient) -> date | None:
    """The first diary date on which something was written: one query."""
    first: date | None = DiaryEntry.objects.of(patient).aggregate(first=Min("diary_date"))["first"]
    return first


def written_before(patient: Patient, known: Sheet) -> int:
    """Days of this episode that were written before its first dose: one query."""
    entries = DiaryEntry.objects.of(patient)
    if known.opened_on is not None:
        entries = entries.filter(diary_date__gte=known.opened_on)
    if known.first_dose is not None:
        entries = entries.filter(diary_date__lt=known.first_dose)
    return entries.count()


def last_dose(patient: Patient) -> Dose | None:
    """The last dose on record: one query."""
    return Dose.objects.of(patient).order_by("-diary_date", "-slot").first()


def read_rows(patient: Patient, first: date, last: date) -> list[DayRow]:
    """The recorded days of a stretch, oldest first: two queries."""
    entries = DiaryEntry.objects.of(patient).between(first, last).order_by("diary_date")
    doses = Dose.objects.of(patient).between(first, last).order_by("diary_date", "slot")
    return _day_rows(entries.values_list(*ENTRY_COLUMNS), doses.values_list(*DOSE_COLUMNS))


def _day_rows(entries: Iterable[Sequence[Any]], doses: Iterable[Sequence[Any]]) -> list[DayRow]:
    """One patient's entries with their doses, in the order of the entries."""
    taken = _summed(doses)
    return [
        DayRow(day, tuple(scores), status, *taken.get(day, NO_DOSE), effects.from_json(felt), tuple(ticked or ()))
        for day, status, felt, ticked, *scores in entries
    ]


def _summed(doses: Iterable[Sequence[Any]]) -> dict[date, tuple[Decimal | None, str]]:
    """The dose of each date, split doses summed: the time of day is that of the first."""
    taken: dict[date, tuple[Decimal | None, str]] = {}
    for day, mg, timing in doses:
        sooner = taken.get(day)
        taken[day] = (_sum(sooner[0], mg), sooner[1]) if sooner else (mg, timing)
    return taken


def scores_of_each(patients: Sequence[Patient], first: date) -> Mapping[UUID, list[DayScores]]:
    """The scores of each of these patients since a date, oldest first: one query for all of them."""
    # By the number of the account: a UUID in each row would take longer to read than the rest of the row.
    found: dict[int, list[DayScores]] = {patient.user_id: [] for patient in patients}
    entries = DiaryEntry.objects.of_each(patients).filter(diary_date__gte=first).order_by("diary_date")
    for account, day, *scores in entries.values_list("patient__user_id", "diary_date", *SYMPTOM_KEYS):
        found[account].append((day, scores))
    return {patient.pk: found[patient.user_id] for patient in patients}


def taken_of_each(patients: Sequence[Patient], first: date) -> Mapping[UUID, list[DayRow]]:
    """The days with a dose of each of these patients since a date, without scores: one query for all of them."""
    found: dict[int, list[Sequence[Any]]] = {patient.user_id: [] for patient in patients}
    doses = Dose.objects.of_each(patients).filter(diary_date__gte=first).order_by("patient_id", "diary_date", "slot")
    for account, *dose in doses.values_list("patient__user_id", *DOSE_COLUMNS):
        found[account].append(dose)
    return {
        patient.pk: [DayRow(day, (), TAKEN, *dose) for day, dose in _summed(found[patient.user_id]).items()]
        for patient in patients
    }


def _sum(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """A split dose in all; unknown where one part is."""
    return None if first is None or second is None else first + second


def read_month(patient: Patient, first: date, last: date) -> Mapping[date, str]:
    """The days of a month on which something was written, each with its dose status: one query."""
    return dict(DiaryEntry.objects.of(patient).between(first, last).values_list("diary_date", "dose_status"))
