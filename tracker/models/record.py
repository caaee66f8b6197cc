"""What every table of the record has in common: it is never read without naming the patient."""

import uuid
from collections.abc import Iterable
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from simple_history.models import HistoricalRecords

from ldnapp.people.models import Patient

Row = TypeVar("Row", bound=models.Model)


class RecordQuerySet(models.QuerySet[Row]):
    """Rows of the record, found by whose they are."""

    def of(self, patient: Patient) -> Self:
        """This patient's rows."""
        return self.filter(patient=patient)

    def of_each(self, patients: Iterable[Patient]) -> Self:
        """These patients' rows, for a page that the door opened for all of them."""
        return self.filter(patient__in=[patient.pk for patient in patients])


class RecordManager(models.Manager[Row]):
    """Refuses ``.all()``: a query that names no patient would read everybody's health."""

    def all(self) -> NoReturn:
        """Always an error: start with ``.of(patient)`` or ``.of_each(patients)``."""
        raise TypeError("Name whose record: .of(patient) or .of_each(patients).")


def _actor(history: Any, **_: Any) -> uuid.UUID | None:
    actor: uuid.UUID | None = history.history_user_id
    return actor


def _set_actor(history: Any, actor: uuid.UUID | None) -> None:
    history.history_user_id = actor


def kept_history() -> HistoricalRecords:
    """Old values with when and by whom; the person is named by their event id, so that it outlives the account."""
    return HistoricalRecords(
        history_user_id_field=models.UUIDField(null=True),
        history_user_getter=_actor,
        history_user_setter=_set_actor,
    )
