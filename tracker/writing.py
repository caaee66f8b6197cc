"""What every act that writes the record has in common: one writer at a time, and old values kept with who and when."""

from datetime import datetime
from typing import Any

from django.db import models

from ldnapp.people.models import Patient, User

from .models import Summary


def lock(patient: Patient) -> None:
    """One writer of a record at a time, until the transaction ends."""
    Patient.objects.select_for_update().only("pk").get(pk=patient.pk)


def lock_with_summary(patient: Patient) -> Summary | None:
    """The same, and what is kept of the patient beside the record; None where nothing is yet. One query."""
    found = Patient.objects.select_for_update(of=("self",)).select_related("summary").only("pk", "summary")
    return getattr(found.get(pk=patient.pk), "summary", None)


def save(row: models.Model, *, by: User, at: datetime) -> None:
    """Save a row of the record; its history says when and by whom."""
    _sign(row, by, at)
    row.save()


def delete(row: models.Model, *, by: User, at: datetime) -> None:
    """Delete a row of the record; its history keeps what it said, when it went and by whom."""
    _sign(row, by, at)
    row.delete()


def _sign(row: Any, by: User, at: datetime) -> None:
    """Leave on the row what simple-history reads when it is saved."""
    row._history_user, row._history_date = by.event_id, at
