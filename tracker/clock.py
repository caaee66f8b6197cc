"""The one place that asks what time it is, and gives the answer on a patient's calendar."""

from datetime import date, datetime

from django.utils import timezone

from ldnapp.people.models import Patient

from .days import diary_date


def now() -> datetime:
    """This moment, in UTC."""
    return timezone.now()


def today(patient: Patient) -> date:
    """The patient's diary date at this moment."""
    return diary_date(now(), patient.zone, patient.day_end)
