"""Keeping what is derived beside the record: the summary, and the flags that the rules of safety.py find.

Called by every act, inside its transaction; the acts hold the patient's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import Max, Min

from ldnapp.people.models import Patient

from . import progress, safety, sheet
from .answers import answers_of
from .days import FIRST_DAY, diary_date
from .models import (
    DiaryEntry,
    Dose,
    Episode,
    Flag,
    MainSymptom,
    Medicine,
    Plan,
    PlanStep,
    SafetyAnswers,
    Summary,
    Supply,
)
from .plan import PlannedDose, Step, Version
from .progress import DayRow
from .reading import read_rows
from .safety import WINDOW_DAYS, Finding, Record
from .sheet import BaselineFacts, MedicineFacts, SafetyFacts, Sheet, SupplyFacts
from .symptoms import MAIN_SYMPTOM, SYMPTOMS

DAY = timedelta(days=1)
CLOSED_WHY_MAX = 60


@dataclass
class Window:
    """The diary days that the rules look back on, as rows; an act leaves on it what it has just written."""

    entries: dict[date, DiaryEntry]
    doses: dict[date, list[Dose]]

    def rows(self, first: date, last: date) -> list[DayRow]:
        """The recorded days from first to last, both included, oldest first."""
        return [
            _day_row(entry, self.doses.get(day, ()))
            for day, entry in sorted(self.entries.items(), key=itemgetter(0))
            if first <= day <= last
        ]


def _day_row(entry: DiaryEntry, doses: Sequence[Dose]) -> DayRow:
    said = answers_of(entry, doses)
    return DayRow(
        entry.diary_date,
        said.scores,
        said.dose_status,
        said.dose_mg,
        said.dose_timing,
        said.side_effects,
        said.as_needed,
    )


def window_of(today: date) -> date:
    """The first day that the rules look at."""
    return max(today - (WINDOW_DAYS - 1) * DAY, FIRST_DAY)


def read_window(patient: Patient, day: date, *, now: datetime) -> Window:
    """The window of this moment, and this day with it: two queries."""
    today = diary_date(now, patient.zone, patient.day_end)
    first, last = min(window_of(today), day), max(today, day)
    doses: dict[date, list[Dose]] = {}
    for dose in Dose.objects.of(patient).between(first, last).order_by("slot"):
        doses.setdefault(dose.diary_date, []).append(dose)
    entries = {entry.diary_date: entry for entry in DiaryEntry.objects.of(patient).between(first, last)}
    return Window(entries, doses)


def rewrite(patient: Patient, *, now: datetime) -> None:
    """Make the summary and the open flags say what the record says."""
    today = diary_date(now, patient.zone, patient.day_end)
    last_entry = DiaryEntry.objects.of(patient).aggregate(last=Max("diary_date"))["last"]
    rows = read_rows(patient, window_of(today), today)
    _keep(patient, read_sheet(patient, today), rows, last_entry, today, now)


def note_day(patient: Patient, kept: Summary | None, window: Window, day: date, *, now: datetime) -> None:
    """The same after a diary day was saved; what is known of the treatment is taken from the summary.

    A day that can move the first dose, or is before it, changes what the sheet says: then all is read anew.
    """
    known = None if kept is None else sheet.from_json(kept.sheet)
    if kept is None or known is None or _may_move_the_start(known, day, window):
        rewrite(patient, now=now)
        return
    today = diary_date(now, patient.zone, patient.day_end)
    rows = window.rows(window_of(today), today)
    _keep(patient, known, rows, max(kept.last_entry or day, day), today, now)


def _may_move_the_start(known: Sheet, day: date, window: Window) -> bool:
    if known.first_dose is None:
        return bool(window.doses.get(day))
    return day <= known.first_dose


def _keep(
    patient: Patient, known: Sheet, rows: Sequence[DayRow], last_entry: date | None, today: date, now: datetime
) -> None:
    said = {
        "sheet": sheet.to_json(known),
        "first_dose": known.first_dose,
        "last_entry": last_entry,
        "as_of": today,
        "written_at": now,
    }
    if not Summary.objects.of(patient).update(**said):
        Summary.objects.create(patient=patient, **said)
    if settings.CLINICAL_RULES:
        is_open = list(Flag.objects.of(patient).open())
        raised = frozenset((flag.rule, flag.key) for flag in is_open)
        found = safety.findings(Record(known, rows, last_entry, raised), today)
        _keep_flags(patient, is_open, found, window_of(today), now)


def _keep_flags(
    patient: Patient, is_open: Sequence[Flag], found: Sequence[Finding], window: date, now: datetime
) -> None:
    """Raise what is new, change what says something else by now, and close what is no longer found."""
    flags = {(flag.rule, flag.key): flag for flag in is_open}
    for finding in found:
        flag = flags.pop((finding.rule, finding.key), None)
        _keep_flag(flag or Flag(patient=patient, facts={}, facts_at=now, raised_at=now), finding, now)
    for flag in flags.values():
        if not _grew_old(flag, window):
            flag.closed_at, flag.closed_why = now, safety.rule(flag.rule).clears[:CLOSED_WHY_MAX]
            flag.save(update_fields=["closed_at", "closed_why"])


def _keep_flag(flag: Flag, finding: Finding, now: datetime) -> None:
    """Make a flag say what was found; its facts are as old as their last change."""
    said = {**finding._asdict(), "facts": dict(finding.facts), "rule_version": safety.rule(finding.rule).version}
    if flag.rule and all(getattr(flag, name) == value for name, value in said.items()):
        return
    if flag.facts != said["facts"]:
        flag.facts_at = now
    for name, value in said.items():
        setattr(flag, name, value)
    flag.save()


def _grew_old(flag: Flag, window: date) -> bool:
    """Whether only the prescriber's mark may clear it, and what it speaks of is older than what the rules see."""
    return safety.rule(flag.rule).stays and flag.facts["date"] < window.isoformat()


def read_sheet(patient: Patient, today: date) -> Sheet:
    """What is known of a patient's treatment, from its tables."""
    episode = Episode.objects.newest(patient)
    medicines = tuple(_medicine(each) for each in Medicine.objects.of(patient).order_by("pk"))
    safety_facts = _safety(SafetyAnswers.objects.newest(patient))
    first_dose = _first_dose(patient, episode)
    about: dict[str, Any] = _about(episode, today) if episode else {}
    already_taking = episode is not None and episode.already_taking
    return Sheet(
        **about,
        medicines=medicines,
        safety=safety_facts,
        first_dose=first_dose,
        baseline=None if already_taking or first_dose is None else _baseline(patient, episode, first_dose),
    )


def _about(episode: Episode, today: date) -> dict[str, Any]:
    """What the episode itself says."""
    named = ("already_taking", "opened_on", "began_on", "starts_on", "ended_on", "review_on", "reviewed_on")
    main = MainSymptom.objects.from_days(episode).filter(since__lte=today).last()
    return {
        **{name: getattr(episode, name) for name in (*named, "restart_words", "is_open")},
        "main_symptom": main.symptom if main else MAIN_SYMPTOM.key,
        "supply": _supply(Supply.objects.from_days(episode).filter(since__lte=today).last()),
        "versions": versions_of(episode),
    }


def _supply(supply: Supply | None) -> SupplyFacts | None:
    if supply is None:
        return None
    return SupplyFacts(supply.form, tuple(map(Decimal, supply.capsules_mg)), supply.mg_per_ml)


def versions_of(episode: Episode) -> tuple[Version, ...]:
    """Every version of an episode's plan with its steps: two queries."""
    steps = PlanStep.objects.of(episode.patient).filter(plan__episode=episode).order_by("plan_id", "on", "slot")
    found: dict[int, list[Step]] = {}
    for (plan, on), doses in groupby(steps.values_list("plan_id", "on", "amount_mg", "timing"), key=itemgetter(0, 1)):
        found.setdefault(plan, []).append(Step(on, tuple(PlannedDose(mg, timing) for _, _, mg, timing in doses)))
    plans = Plan.objects.of_episode(episode)
    return tuple(
        Version(plan.number, plan.since, plan.kind, tuple(found.get(plan.pk, ())), plan.hold_until) for plan in plans
    )


def _medicine(medicine: Medicine) -> MedicineFacts:
    return MedicineFacts(
        pk=medicine.pk,
        name=medicine.name,
        is_as_needed=medicine.use == "as_needed",
        since=medicine.since,
        until=medicine.until,
        opioid=medicine.opioid,
        level=medicine.opioid_level,
        answer=medicine.opioid_answer,
        answered_on=medicine.answered_on,
        added_on=medicine.added_on,
    )


def _safety(answers: SafetyAnswers | None) -> SafetyFacts | None:
    if answers is None:
        return None
    return SafetyFacts(*(getattr(answers, name) for name in SafetyFacts._fields))


def _first_dose(patient: Patient, episode: Episode | None) -> date | None:
    """The first taken dose of this episode; of the whole record where no episode was begun."""
    doses = Dose.objects.of(patient)
    if episode is not None:
        doses = doses.filter(diary_date__gte=episode.opened_on)
        if episode.ended_on is not None:
            doses = doses.filter(diary_date__lte=episode.ended_on)
    first: date | None = doses.aggregate(first=Min("diary_date"))["first"]
    return first


def _baseline(patient: Patient, episode: Episode | None, first_dose: date) -> dict[str, BaselineFacts] | None:
    """The days before the first dose, by symptom; None where no symptom has enough of them."""
    entries = DiaryEntry.objects.of(patient).filter(diary_date__lt=first_dose)
    began = entries.aggregate(first=Min("diary_date"))["first"] or first_dose
    if episode is not None:
        began = max(began, episode.opened_on)
    rows = read_rows(patient, max(first_dose - progress.LONG_BASELINE_DAYS * DAY, began, FIRST_DAY), first_dose - DAY)
    found = {
        symptom.key: progress.baseline([(row.date, row.scores[place]) for row in rows], first_dose, began)
        for place, symptom in enumerate(SYMPTOMS)
    }
    known = {key: BaselineFacts(*each) for key, each in found.items() if each is not None}
    return known or None
