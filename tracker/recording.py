"""Acts: every write of the record goes through here.

Each act is one transaction. It locks the patient's row first, so that two saves of one person come
one after the other on every database, and keeps the old values with who and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from ldnapp.people.events import note
from ldnapp.people.models import EventKind, Patient, User

from .days import diary_date
from .dose import dose_words
from .models import DiaryEntry, Dose, DoseStatus, UsualDose
from .symptoms import SYMPTOMS

NOT_KEPT = "not kept: the day had been changed meanwhile"


@dataclass(frozen=True)
class Answers:
    """What a diary day says; equal answers are the same save."""

    scores: tuple[int | None, ...] = (None,) * len(SYMPTOMS)  # in the order of SYMPTOMS
    dose_status: str = ""
    dose_mg: Decimal | None = None  # None: not given; only with dose_status "taken"
    dose_timing: str = ""
    dose_skip_reason: str = ""
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to keep: no score, no dose, no note."""
        return not (self.dose_status or self.note) and all(score is None for score in self.scores)


class StaleEntry(Exception):
    """The day was saved by another tab or phone since this form was opened; nothing was changed."""

    def __init__(self, entry: DiaryEntry, stored: Answers) -> None:
        super().__init__("the day was changed meanwhile")
        self.entry, self.stored = entry, stored


def answers_of(entry: DiaryEntry | None, dose: Dose | None) -> Answers:
    """What a stored entry and its dose say; blank where there is none."""
    if entry is None:
        return Answers()
    return Answers(
        scores=tuple(entry.score(symptom) for symptom in SYMPTOMS),
        dose_status=entry.dose_status,
        dose_mg=dose.amount_mg if dose else None,
        dose_timing=dose.timing if dose else "",
        dose_skip_reason=entry.dose_skip_reason,
        note=entry.note,
    )


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
    _lock(patient)
    entry = DiaryEntry.objects.of(patient).on(day)
    dose = Dose.objects.of(patient).on(day)
    stored = answers_of(entry, dose)
    if entry is not None and stored == answers:
        return entry
    if entry is not None and entry.version != started_from:
        raise StaleEntry(entry, stored)
    entry = entry or _first_entry(patient, day, now)
    entry.version += 1
    entry.changed_at = now
    _fill(entry, answers)
    _save(entry, by=by, at=now)
    _record_dose(entry, dose, answers, by=by, at=now)
    return entry


def _lock(patient: Patient) -> None:
    """One writer of a record at a time, until the transaction ends."""
    Patient.objects.select_for_update().only("pk").get(pk=patient.pk)


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
    entry.note = answers.note


def _record_dose(entry: DiaryEntry, dose: Dose | None, answers: Answers, *, by: User, at: datetime) -> None:
    """Make the day's dose row say what the answers say; no row unless a dose was taken."""
    if answers.dose_status != DoseStatus.TAKEN:
        if dose is not None:
            _delete(dose, by=by, at=at)
        return
    said = (answers.dose_mg, answers.dose_timing)
    if dose is None or (dose.amount_mg, dose.timing) != said:
        dose = dose or Dose(patient=entry.patient, diary_date=entry.diary_date)
        dose.amount_mg, dose.timing = said
        _save(dose, by=by, at=at)


def _save(row: models.Model, *, by: User, at: datetime) -> None:
    """Save a row of the record; its history says when and by whom."""
    _sign(row, by, at)
    row.save()


def _delete(row: models.Model, *, by: User, at: datetime) -> None:
    """Delete a row of the record; its history keeps what it said, when it went and by whom."""
    _sign(row, by, at)
    row.delete()


def _sign(row: Any, by: User, at: datetime) -> None:
    """Leave on the row what simple-history reads when it is saved."""
    row._history_user, row._history_date = by.event_id, at


@transaction.atomic
def _keep_refused(entry: DiaryEntry, answers: Answers, *, by: User, now: datetime) -> None:
    """Keep what a stale form said as a line of the day's history, once: nothing that was typed is lost.

    The dose, which has a table of its own, is told in the line's reason.
    """
    _lock(entry.patient)
    refused = DiaryEntry.objects.of(entry.patient).get(pk=entry.pk)
    _fill(refused, answers)
    values = {field.attname: getattr(refused, field.attname) for field in DiaryEntry._meta.concrete_fields}
    dose = dose_words(answers.dose_status, answers.dose_mg, answers.dose_timing)
    DiaryEntry.history.model.objects.get_or_create(
        **values,
        history_type="~",
        history_change_reason=f"{NOT_KEPT}; dose: {dose or 'not recorded'}",
        defaults={"history_date": now, "history_user_id": by.event_id},
    )


@transaction.atomic
def set_usual_dose(patient: Patient, amount_mg: Decimal | None, timing: str, *, by: User, now: datetime) -> None:
    """What the diary offers as one tap from now on; None takes the offer away. No written day changes."""
    _lock(patient)
    usual = UsualDose.objects.for_diary(patient)
    if amount_mg is None:
        if usual is not None:
            _delete(usual, by=by, at=now)
    elif usual is None or (usual.amount_mg, usual.timing) != (amount_mg, timing):
        usual = usual or UsualDose(patient=patient)
        usual.amount_mg, usual.timing = amount_mg, timing
        _save(usual, by=by, at=now)


@transaction.atomic
def save_settings(patient: Patient, chosen: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Keep a patient's settings. No written day changes: each keeps its date and the zone it was written in.

    Another zone or end of the day is noted with the old one: by hopping zones a day could be filled in twice.
    """
    _lock(patient)
    before = Patient.objects.get(pk=patient.pk).days_words
    patient.time_zone, patient.day_end = chosen["time_zone"], chosen["day_end"]
    patient.save(update_fields=["time_zone", "day_end"])
    after = patient.days_words
    if after != before:
        note(EventKind.DAYS_CHANGED, actor=by, subject=patient.user, detail=f"{before} to {after}")
    by.theme = chosen["theme"]
    by.save(update_fields=["theme"])
    set_usual_dose(patient, chosen["usual_mg"], chosen["usual_timing"], by=by, now=now)
