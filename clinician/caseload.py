"""One line a patient: how each of a prescriber's patients is, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from ldnapp.people.models import Patient
from tracker import clock, progress
from tracker.charts import dose_now, rows_from
from tracker.models import DiaryEntry, Dose
from tracker.progress import DayRow
from tracker.reading import DayScores, scores_of_each, taken_of_each
from tracker.sparkline import Sparkline, sparkline
from tracker.symptoms import MAIN_SYMPTOM, SYMPTOMS, Symptom

SPARKLINE_DAYS = 84  # twelve weeks
MAIN_PLACE = SYMPTOMS.index(MAIN_SYMPTOM)
PER_PAGE = 50
EARLIEST_ZONE = timedelta(days=1)  # a patient's date may be one behind the server's


@dataclass(frozen=True)
class Row:
    """One patient of the caseload."""

    patient: Patient
    week: int | None  # on LDN, None before the first dose
    dose: str
    last_entry: str
    means: Sequence[tuple[Symptom, progress.Mean | None]]
    sparkline: Sparkline


class Facts(NamedTuple):
    """What one query finds of a patient's record for a caseload; None where there is none."""

    first_dose: date | None
    last_entry: date | None


def by_name(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """These patients in the order of the caseload, ready for the door. Nothing of their records is read."""
    return patients.select_related("user").order_by("name", "pk")


def facts_of(patients: Sequence[Patient]) -> Mapping[UUID, Facts]:
    """First dose and last entry of each of these patients, however long ago: one query for all."""
    doses = Dose.objects.filter(patient=OuterRef("pk")).order_by("diary_date")
    entries = DiaryEntry.objects.filter(patient=OuterRef("pk")).order_by("-diary_date")
    rows = Patient.objects.filter(pk__in=[patient.pk for patient in patients]).values_list(
        "pk", Subquery(doses.values("diary_date")[:1]), Subquery(entries.values("diary_date")[:1])
    )
    return {pk: Facts(first_dose, last_entry) for pk, first_dose, last_entry in rows}


def caseload_rows(patients: Sequence[Patient]) -> list[Row]:
    """A line for each of these patients, whose records the door has opened: three queries for all."""
    earliest = clock.now().date() - EARLIEST_ZONE
    facts = facts_of(patients)
    scores = scores_of_each(patients, earliest - timedelta(days=SPARKLINE_DAYS))
    taken = taken_of_each(patients, rows_from(earliest))
    return [_row(patient, facts[patient.pk], scores[patient.pk], taken[patient.pk]) for patient in patients]


def _row(patient: Patient, facts: Facts, scores: Sequence[DayScores], taken: Sequence[DayRow]) -> Row:
    """One line; every window ends at this patient's own diary date."""
    today = clock.today(patient)
    known = [day for day in scores if day[0] <= today]
    late = known[-progress.RECENT_DAYS :]
    main = [(day, scores[MAIN_PLACE]) for day, scores in known]
    return Row(
        patient=patient,
        week=progress.week_on_ldn(today, facts.first_dose) if facts.first_dose and facts.first_dose <= today else None,
        dose=dose_now(taken, facts.first_dose, today).partition(",")[0],
        last_entry=ago(facts.last_entry, today),
        means=[
            (symptom, progress.now([(day, scores[place]) for day, scores in late], today))
            for place, symptom in enumerate(SYMPTOMS)
        ],
        sparkline=sparkline(main, today - timedelta(days=SPARKLINE_DAYS - 1), today),
    )


def ago(day: date | None, today: date) -> str:
    """When something was last written: "today", "yesterday", else the date; empty for never."""
    if day is None:
        return ""
    days = (today - day).days
    return {0: "today", 1: "yesterday"}.get(days) or f"{day.day} {day:%b %Y}"
