"""The record and its history as plain rows. The columns come from the models: a new one can't be forgotten."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from ldnapp.people.models import Patient, User
from tracker.models import (
    DiaryEntry,
    Dose,
    Episode,
    Flag,
    MainSymptom,
    Medicine,
    Pause,
    Plan,
    PlanStep,
    SafetyAnswers,
    Supply,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# The tables of the record by their names in a file.
TABLES: Final[Mapping[str, Any]] = {
    "diary": DiaryEntry,
    "doses": Dose,
    "episodes": Episode,
    "main_symptoms": MainSymptom,
    "supplies": Supply,
    "plans": Plan,
    "plan_steps": PlanStep,
    "pauses": Pause,
    "medicines": Medicine,
    "safety_answers": SafetyAnswers,
    "flags": Flag,
}
REFERRED_TO = (Episode, Plan, Medicine)  # other rows name these by their number
SAVED = {"+": "first saved", "~": "changed", "-": "taken away"}


def record_of(patient: Patient) -> Rows:
    """Every row of the record as it stands, by the day it is about: one query a table."""
    return {name: _rows(model, patient) for name, model in TABLES.items()}


def _rows(model: Any, patient: Patient) -> list[Row]:
    names = columns(model)
    found = (
        model.objects.of(patient)
        .order_by(*(name for name in ("diary_date", "slot") if name in names), "pk")
        .values_list(*names)
    )
    return [
        {
            name: by_whom(value, patient.user) if isinstance(value, UUID) else plain(value)
            for name, value in zip(names, row, strict=True)
        }
        for row in found.iterator()
    ]


def history_of(patient: Patient) -> Rows:
    """Every version of every row that can change, with when and by whom, oldest first: one query a table."""
    return {name: _history(model, patient) for name, model in TABLES.items() if hasattr(model, "history")}


def _history(model: Any, patient: Patient) -> list[Row]:
    names = columns(model)
    lines = model.history.filter(patient_id=patient.pk).order_by("history_date", "history_id")
    about = lines.values_list("history_date", "history_user_id", "history_type", "history_change_reason", *names)
    return [
        {
            "saved_at": plain(saved_at),
            "by": by_whom(actor, patient.user),
            "what": SAVED[kind],
            "remark": reason or None,
            "values": {name: plain(value) for name, value in zip(names, values, strict=True)},
        }
        for saved_at, actor, kind, reason, *values in about.iterator()
    ]


def columns(model: Any) -> list[str]:
    """The columns that say something: all but whose row it is, and its number where nothing names it by that."""
    silent = {"patient"} if model in REFERRED_TO else {"id", "patient"}
    return [field.name for field in model._meta.concrete_fields if field.name not in silent]


def by_whom(actor: Any, user: User) -> str | None:
    """ "you", or someone else; None where nobody was noted."""
    if actor is None:
        return None
    return "you" if actor == user.event_id else "someone else"


def plain(value: Any) -> Any:
    """A value as JSON has it: dates and moments in ISO 8601, doses as exact text, nothing as null."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return None if value == "" else value
