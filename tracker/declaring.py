"""Acts of what a patient declares beside the diary: other medicines, and answers to the safety questions.

Each is one transaction that locks the patient's row first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ldnapp.people.models import Patient, User, age_on
from ldnapp.people.models.person import ADULT_AGE

from .models import Medicine, SafetyAnswers
from .summarising import rewrite
from .writing import delete, lock, save

MOST_MEDICINES = 100  # of one patient: more is a slip, and lists stay short enough to read


class TooManyMedicines(Exception):
    """The list is full; nothing was changed."""


@transaction.atomic
def save_medicine(medicine: Medicine, *, by: User, now: datetime) -> None:
    """Keep a new or changed medicine of its patient. Raises TooManyMedicines for one beyond MOST_MEDICINES."""
    patient = medicine.patient
    lock(patient)
    if medicine.pk is None and Medicine.objects.of(patient).count() >= MOST_MEDICINES:
        raise TooManyMedicines
    save(medicine, by=by, at=now)
    rewrite(patient, now=now)


@transaction.atomic
def delete_medicine(medicine: Medicine, *, by: User, now: datetime) -> None:
    """Take a medicine that was written by mistake off the list; its history stays."""
    patient = medicine.patient
    lock(patient)
    delete(medicine, by=by, at=now)
    rewrite(patient, now=now)


@transaction.atomic
def answer_safety(
    patient: Patient, said: Mapping[str, Any], *, version: int, today: date, by: User, now: datetime
) -> SafetyAnswers:
    """Keep these answers beside the earlier ones; answering the same again keeps a row with the new date."""
    lock(patient)
    last = SafetyAnswers.objects.newest(patient)
    answers: SafetyAnswers = SafetyAnswers.objects.create(
        patient=patient,
        number=last.number + 1 if last else 1,
        questions_version=version,
        answered_on=today,
        answered_at=now,
        answered_by=by.event_id,
        is_adult=age_on(patient.date_of_birth, today) >= ADULT_AGE,
        **said,
    )
    rewrite(patient, now=now)
    return answers
