"""The record: what a patient wrote down. Nothing else in the site holds health data."""

from .diary import DiaryEntry, Dose, DoseStatus, Timing
from .treatment import UsualDose

__all__ = ["DiaryEntry", "Dose", "DoseStatus", "Timing", "UsualDose"]
