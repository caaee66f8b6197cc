"""One line a patient: how each of a prescriber's patients is, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from ldnapp.access.models import FlagReview
from ldnapp.access.models.review import newest_of
from ldnapp.people.models import Patient, User
from tracker import clock, progress
from tracker.charts import dose_now, rows_from, week_of
from tracker.flags import FIRST_RULES, PrescriberFlag, for_prescriber
from tracker.models import Flag, Level, Summary
from tracker.progress import DayRow
from tracker.reading import DayScores, scores_of_each, taken_of_each
from tracker.sheet import Sheet, from_json
from tracker.sparkline import Sparkline, sparkline
from tracker.symptoms import MAIN_SYMPTOM, SYMPTOMS, Symptom

SPARKLINE_DAYS = 84  # twelve weeks
MAIN_PLACE = SYMPTOMS.index(MAIN_SYMPTOM)
PER_PAGE = 50
REASONS_SHOWN = 3
EARLIEST_ZONE = timedelta(days=1)  # a patient's date may be one behind the server's


class Reasons(NamedTuple):
    """Why a patient needs a look, in words."""

    new: Sequence[PrescriberFlag] = ()
    more: int = 0  # new ones that are not shown
    reviewed: int = 0  # shown already and looked at since
    reviewed_on: date | None = None


class Row(NamedTuple):
    """One patient of the caseload."""

    patient: Patient
    week: int | None  # on LDN, None before the first dose
    dose: str
    last_entry: str
    means: Sequence[tuple[Symptom, progress.Mean | None]]
    sparkline: Sparkline
    reasons: Reasons = Reasons()


def by_need(patients: QuerySet[Patient], user: User) -> QuerySet[Patient]:
    """These patients in the order of the caseload, ready for the door: flagged first, an opioid before all.

    A flag that was looked at since its facts were written counts no more. Which day it is differs from
    patient to patient by one at most: the order goes by the day in UTC, the row by the patient's own.
    """
    last = FlagReview.objects.filter(clinician__user=user, patient=OuterRef("patient")).order_by("-reviewed_at")
    seen = Subquery(last.values("reviewed_at")[:1])
    day = clock.now().date()
    new = (
        Flag.objects.filter(patient=OuterRef("pk"))
        .showing(day)
        .annotate(seen=seen)
        .filter(Q(seen__isnull=True) | Q(facts_at__gt=F("seen")))
    )
    urgent = Q(level=Level.URGENT) | Q(later_level=Level.URGENT, later_from__lte=day)
    soon = Q(level=Level.SOON) | Q(later_level=Level.SOON, later_from__lte=day)
    rank = Case(
        When(Exists(new.filter(rule__in=FIRST_RULES)), then=0),
        When(Exists(new.filter(urgent)), then=1),
        When(Exists(new.filter(soon)), then=2),
        default=3,
    )
    return patients.select_related("user").alias(rank=rank).order_by("rank", "name", "pk")


def summaries_of(patients: Sequence[Patient]) -> Mapping[UUID, Summary]:
    """What is kept of each of these patients beside the record: one query for all."""
    return {summary.patient_id: summary for summary in Summary.objects.of_each(patients)}


def flags_of(patients: Sequence[Patient]) -> Mapping[UUID, list[Flag]]:
    """The open flags of each of these patients: one query for all."""
    found: dict[UUID, list[Flag]] = {patient.pk: [] for patient in patients}
    for flag in Flag.objects.of_each(patients).open():
        found[flag.patient_id].append(flag)
    return found


def caseload_rows(patients: Sequence[Patient], user: User) -> list[Row]:
    """A line for each of these patients, whose records the door has opened: five queries for all."""
    earliest = clock.now().date() - EARLIEST_ZONE
    kept, flags, reviewed = summaries_of(patients), flags_of(patients), newest_of(user, patients)
    scores = scores_of_each(patients, earliest - timedelta(days=SPARKLINE_DAYS))
    taken = taken_of_each(patients, rows_from(earliest))
    return [
        _row(patient, kept.get(patient.pk), scores[patient.pk], taken[patient.pk])._replace(
            reasons=_reasons(patient, flags[patient.pk], reviewed.get(patient.pk))
        )
        for patient in patients
    ]


def _reasons(patient: Patient, flags: Sequence[Flag], reviewed_at: datetime | None) -> Reasons:
    """Why this patient needs a look, as of their own day."""
    today = clock.today(patient)
    shown = for_prescriber([flag for flag in flags if flag.shows_on(today)], today, reviewed_at)
    new = [flag for flag in shown if not flag.is_reviewed]
    at = reviewed_at and patient.wall_clock(reviewed_at).date()
    return Reasons(new[:REASONS_SHOWN], max(len(new) - REASONS_SHOWN, 0), len(shown) - len(new), at)


def _row(patient: Patient, kept: Summary | None, scores: Sequence[DayScores], taken: Sequence[DayRow]) -> Row:
    """One line; every window ends at this patient's own diary date."""
    today = clock.today(patient)
    sheet = from_json(kept.sheet) if kept else Sheet()
    known = [day for day in scores if day[0] <= today]
    late = known[-progress.RECENT_DAYS :]
    main = [(day, scores[MAIN_PLACE]) for day, scores in known]
    return Row(
        patient=patient,
        week=week_of(sheet, today),
        dose=dose_now(taken, sheet.first_dose, today).partition(",")[0],
        last_entry=ago(kept.last_entry if kept else None, today),
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
