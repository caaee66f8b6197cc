"""Acts: every write of the record goes through here.

Each act is one transaction. It locks the patient's row first, so that two saves of one person come
one after the other on every database, and keeps the old values with who and when.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from ldnapp.people.events import note
from ldnapp.people.models import EventKind, Patient, User

from .answers import Answers, TakenDose, answers_of
from .days import diary_date
from .effects import to_json
from .models import DiaryEntry, Dose, DoseStatus
from .summarising import note_day, read_window, rewrite
from .symptoms import SYMPTOMS
from .writing import delete, lock, lock_with_summary, save

NOT_KEPT = "not kept: the day had been changed meanwhile"


class StaleEntry(Exception):
    """The day was saved by another tab or phone since this form was opened; nothing was changed."""

    def __init__(self, entry: DiaryEntry, stored: Answers) -> None:
        super().__init__("the day was changed meanwhile")
        self.entry, self.stored = entry, stored


def record_entry(
    patient: Patient, day: date, answers: Answers, *, started_from: int, by: User, now: datetime
) -> DiaryEntry:
    """Save one diary day and return it. ``started_from`` is the version that the form was opened on (0: none).

    Saving the same answers again changes nothing. Raises StaleEntry where the day has another
    version by now and says something else; what was refused is kept in the day's history.
    """
    try:
        return _record_entry(patient, day, answers, started_from=started_from, by=by, now=now)
    except StaleEntry as stale:
        _keep_refused(stale.entry, answers, by=by, now=now)
        raise


@transaction.atomic
def _record_entry(
    patient: Patient, day: date, answers: Answers, *, started_from: int, by: User, now: datetime
) -> DiaryEntry:
    known = lock_with_summary(patient)
    window = read_window(patient, day, now=now)
    entry, doses = window.entries.get(day), window.doses.get(day, [])
    stored = answers_of(entry, doses)
    if entry is not None and stored == answers:
        return entry
    if entry is not None and entry.version != started_from:
        raise StaleEntry(entry, stored)
    entry = entry or _first_entry(patient, day, now)
    entry.version += 1
    entry.changed_at = now
    _fill(entry, answers)
    save(entry, by=by, at=now)
    window.entries[day] = entry
    window.doses[day] = _record_doses(patient, day, doses, answers, by=by, at=now)
    note_day(patient, known, window, day, now=now)
    return entry


class CannotMove(Exception):
    """The day before has answers already, or this one was saved elsewhere since; nothing was changed."""


@transaction.atomic
def move_to_the_day_before(patient: Patient, day: date, *, started_from: int, by: User, now: datetime) -> None:
    """Move what was written on the wrong day, doses and all, to the day before it (P70).

    The history of the day keeps when it was where. Raises CannotMove where there is nothing to move, it
    has another version by now, or the day before has answers.
    """
    lock(patient)
    before = day - timedelta(days=1)
    entry = DiaryEntry.objects.of(patient).on(day)
    if entry is None or entry.version != started_from or DiaryEntry.objects.of(patient).on(before) is not None:
        raise CannotMove
    entry.diary_date, entry.version, entry.changed_at = before, entry.version + 1, now
    save(entry, by=by, at=now)
    for dose in Dose.objects.of(patient).on(day):
        dose.diary_date = before
        save(dose, by=by, at=now)
    rewrite(patient, now=now)


def _first_entry(patient: Patient, day: date, now: datetime) -> DiaryEntry:
    """An entry that was never saved before; it keeps when, and by whose calendar, it was first written."""
    return DiaryEntry(
        patient=patient,
        diary_date=day,
        version=0,
        time_zone=patient.time_zone,
        written_on=diary_date(now, patient.zone, patient.day_end),
        written_at=now,
    )


def _fill(entry: DiaryEntry, answers: Answers) -> None:
    """Put the answers of the entry's own columns onto it."""
    for symptom, score in zip(SYMPTOMS, answers.scores, strict=True):
        setattr(entry, symptom.key, score)
    entry.dose_status = answers.dose_status
    entry.dose_skip_reason = answers.dose_skip_reason
    entry.side_effects = to_json(answers.side_effects)
    entry.as_needed = list(answers.as_needed) or None
    entry.note = answers.note


def _record_doses(
    patient: Patient, day: date, stored: Sequence[Dose], answers: Answers, *, by: User, at: datetime
) -> list[Dose]:
    """Make the day's dose rows say what the answers say: a row a slot, and none unless a dose was taken."""
    rows = {dose.slot: dose for dose in stored}
    kept: list[Dose] = []
    taken = answers.doses if answers.dose_status == DoseStatus.TAKEN else ()
    for slot, said in enumerate(taken, start=1):
        dose = rows.pop(slot, None)
        if dose is None or TakenDose.of(dose) != said:
            dose = dose or Dose(patient=patient, diary_date=day, slot=slot)
            dose.amount_mg, dose.timing, dose.ml, dose.mg_per_ml = said
            save(dose, by=by, at=at)
        kept.append(dose)
    for dose in rows.values():
        delete(dose, by=by, at=at)
    return kept


@transaction.atomic
def _keep_refused(entry: DiaryEntry, answers: Answers, *, by: User, now: datetime) -> None:
    """Keep what a stale form said as a line of the day's history, once: nothing that was typed is lost.

    The dose, which has a table of its own, is told in the line's reason.
    """
    lock(entry.patient)
    refused = DiaryEntry.objects.of(entry.patient).get(pk=entry.pk)
    _fill(refused, answers)
    values = {field.attname: getattr(refused, field.attname) for field in DiaryEntry._meta.concrete_fields}
    same = {f"{name}__isnull" if value is None else name: value is None or value for name, value in values.items()}
    dose = answers.dose_words
    DiaryEntry.history.model.objects.get_or_create(
        **same,
        history_type="~",
        history_change_reason=f"{NOT_KEPT}; dose: {dose or 'not recorded'}",
        defaults={**values, "history_date": now, "history_user_id": by.event_id},
    )


@transaction.atomic
def save_settings(patient: Patient, chosen: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Keep a patient's settings. No written day changes: each keeps its date and the zone it was written in.

    Another zone or end of the day is noted with the old one: by hopping zones a day could be filled in twice.
    """
    lock(patient)
    before = Patient.objects.get(pk=patient.pk).days_words
    patient.time_zone, patient.day_end, patient.country = (chosen[name] for name in ("time_zone", "day_end", "country"))
    patient.save(update_fields=["time_zone", "day_end", "country"])
    after = patient.days_words
    if after != before:
        note(EventKind.DAYS_CHANGED, actor=by, subject=patient.user, detail=f"{before} to {after}")
    by.theme = chosen["theme"]
    by.save(update_fields=["theme"])
