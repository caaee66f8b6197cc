"""One line a patient: how each of a prescriber's patients is, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from ldnapp.people.models import Patient
from tracker import clock, progress
from tracker.charts import Sparkline, sparkline
from tracker.dose import mg_text
from tracker.models import DiaryEntry, Dose
from tracker.reading import scores_of_each
from tracker.symptoms import MAIN_SYMPTOM, SYMPTOMS, Symptom

SPARKLINE_DAYS = 84  # twelve weeks
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
    latest_mg: Decimal | None
    last_entry: date | None


def by_name(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """These patients in the order of the caseload, ready for the door. Nothing of their records is read."""
    return patients.select_related("user").order_by("name", "pk")


def facts_of(patients: Sequence[Patient]) -> Mapping[UUID, Facts]:
    """First dose, latest dose and last entry of each of these patients: one query for all."""
    doses = Dose.objects.filter(patient=OuterRef("pk"))
    entries = DiaryEntry.objects.filter(patient=OuterRef("pk"))
    latest = doses.filter(amount_mg__isnull=False).order_by("-diary_date", "slot")
    rows = Patient.objects.filter(pk__in=[patient.pk for patient in patients]).values_list(
        "pk",
        Subquery(doses.order_by("diary_date").values("diary_date")[:1]),
        Subquery(latest.values("amount_mg")[:1]),
        Subquery(entries.order_by("-diary_date").values("diary_date")[:1]),
    )
    return {pk: Facts(*facts) for pk, *facts in rows}


def caseload_rows(patients: Sequence[Patient]) -> list[Row]:
    """A line for each of these patients, whose records the door has opened: two queries for all."""
    opening = clock.now().date() - EARLIEST_ZONE - timedelta(days=SPARKLINE_DAYS)
    facts, scores = facts_of(patients), scores_of_each(patients, opening)
    return [_row(patient, facts[patient.pk], scores[patient.pk]) for patient in patients]


def _row(patient: Patient, facts: Facts, days: list[tuple[date, tuple[int | None, ...]]]) -> Row:
    """One line; every window ends at this patient's own diary date."""
    today = clock.today(patient)
    by_symptom = {
        symptom: [(day, scores[place]) for day, scores in days if day <= today]
        for place, symptom in enumerate(SYMPTOMS)
    }
    return Row(
        patient=patient,
        week=progress.week_on_ldn(today, facts.first_dose) if facts.first_dose else None,
        dose=dose_text(facts.latest_mg),
        last_entry=ago(facts.last_entry, today),
        means=[(symptom, progress.now(pairs, today)) for symptom, pairs in by_symptom.items()],
        sparkline=sparkline(by_symptom[MAIN_SYMPTOM], today - timedelta(days=SPARKLINE_DAYS - 1), today),
    )


def dose_text(mg: Decimal | None) -> str:
    """The latest dose on record, empty where there is none."""
    return "" if mg is None else mg_text(mg)


def ago(day: date | None, today: date) -> str:
    """When something was last written: "today", "yesterday", else the date; empty for never."""
    if day is None:
        return ""
    days = (today - day).days
    return {0: "today", 1: "yesterday"}.get(days) or f"{day.day} {day:%b %Y}"
