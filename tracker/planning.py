"""Acts of the treatment: the episode, what a dose is made of, and the plan, as the prescriber decided.

Each is one transaction that locks the patient's row first. No act here changes a diary day or a dose:
a plan is never altered, another version of it is written, which counts from the day of writing on.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ldnapp.people.models import Patient, User

from .models import Episode, MainSymptom, Pause, Plan, PlanKind, PlanStep, Supply
from .plan import Step
from .summarising import rewrite
from .writing import lock, save


@transaction.atomic
def open_episode(patient: Patient, said: Mapping[str, Any], *, by: User, now: datetime) -> Episode:
    """Begin an episode; ``said`` are its columns. The one that is open already is given back as it is."""
    lock(patient)
    episode = Episode.objects.current(patient)
    if episode is None:
        episode = Episode(patient=patient, **said)
        save(episode, by=by, at=now)
        rewrite(patient, now=now)
    return episode


@transaction.atomic
def change_episode(episode: Episode, said: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Keep what was said of an episode: its dates, the prescriber's words, the review."""
    lock(episode.patient)
    for name, value in said.items():
        setattr(episode, name, value)
    save(episode, by=by, at=now)
    rewrite(episode.patient, now=now)


@transaction.atomic
def set_main_symptom(episode: Episode, symptom: str, *, since: date, by: User, now: datetime) -> None:
    """Name the main symptom from a day on; what was named for earlier days stays."""
    lock(episode.patient)
    named = MainSymptom.objects.from_days(episode)
    before = named.filter(since__lte=since).last()
    if before is not None and before.symptom == symptom:
        return
    row = named.filter(since=since).first() or MainSymptom(patient=episode.patient, episode=episode, since=since)
    row.symptom = symptom
    save(row, by=by, at=now)
    rewrite(episode.patient, now=now)


@transaction.atomic
def set_supply(
    episode: Episode,
    *,
    form: str,
    capsules_mg: Sequence[Decimal] = (),
    mg_per_ml: Decimal | None = None,
    pharmacy: str = "",
    since: date,
    by: User,
    now: datetime,
) -> None:
    """What a dose is made of from a day on. Doses of earlier days keep the strength that they were written with."""
    lock(episode.patient)
    sizes = [str(size.quantize(Decimal("0.01"))) for size in sorted(set(capsules_mg))]
    known = Supply.objects.from_days(episode).filter(since__lte=since)
    last = known.last()
    said = (form, mg_per_ml, pharmacy, sizes)
    if last is not None and (last.form, last.mg_per_ml, last.pharmacy, last.capsules_mg) == said:
        return
    row = known.filter(since=since).first() or Supply(patient=episode.patient, episode=episode, since=since)
    row.form, row.mg_per_ml, row.pharmacy, row.capsules_mg = said
    save(row, by=by, at=now)
    rewrite(episode.patient, now=now)


@transaction.atomic
def write_plan(
    episode: Episode,
    steps: Sequence[Step],
    *,
    since: date,
    kind: str = PlanKind.WRITTEN,
    hold_until: date | None = None,
    words: str = "",
    by: User,
    now: datetime,
) -> Plan:
    """Write another version of the plan, which counts from ``since`` on: the patient's diary date of writing.

    Its steps are all that is planned from that day on, the dose of that day included. An equal version
    that is in force already is given back (a second tap writes nothing).
    """
    lock(episode.patient)
    last = Plan.objects.of_episode(episode).last()
    if last is not None and (last.since, last.kind, last.hold_until, last.words) == (since, kind, hold_until, words):
        kept = PlanStep.objects.of(episode.patient).filter(plan=last).order_by("on", "slot")
        if _step_rows(steps) == list(kept.values_list("on", "slot", "amount_mg", "timing")):
            return last
    plan: Plan = Plan.objects.create(
        patient=episode.patient,
        episode=episode,
        number=last.number + 1 if last else 1,
        since=since,
        kind=kind,
        hold_until=hold_until,
        words=words,
        written_at=now,
        written_by=by.event_id,
    )
    PlanStep.objects.bulk_create(
        PlanStep(patient=episode.patient, plan=plan, on=on, slot=slot, amount_mg=mg, timing=timing)
        for on, slot, mg, timing in _step_rows(steps)
    )
    rewrite(episode.patient, now=now)
    return plan


def _step_rows(steps: Sequence[Step]) -> list[tuple[date, int, Decimal, str]]:
    """(date, slot, mg, timing) of every dose of these steps, in order."""
    return [(step.on, slot, dose.mg, dose.timing) for step in steps for slot, dose in enumerate(step.doses, start=1)]


@transaction.atomic
def stop_treatment(episode: Episode, *, ended_on: date, reason: str, note: str, by: User, now: datetime) -> None:
    """End an episode with its reason. The record stays, and so does the plan as it was on each day."""
    change_episode(episode, {"ended_on": ended_on, "stop_reason": reason, "stop_note": note}, by=by, now=now)


@transaction.atomic
def note_pause(patient: Patient, since: date, reason: str, *, by: User, now: datetime) -> None:
    """Why no dose was taken from this day on, in the patient's words."""
    lock(patient)
    row = Pause.objects.of(patient).filter(since=since).first() or Pause(patient=patient, since=since)
    row.reason = reason
    save(row, by=by, at=now)
