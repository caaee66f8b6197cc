"""What a patient's own pages say of what is flagged: plain words, and never that anyone was told."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ldnapp.people.models import Patient

from .flags import MOOD, ON_DIARY, QUIET, for_patient
from .help_lines import country_of
from .models import Flag, Level

OPIOID = "F1"


def flag_notes(patient: Patient, flags: Sequence[Flag], today: date, *, is_low: bool = False) -> dict[str, Any]:
    """The notes of a diary page, and whom to call where the mood is at its worst end.

    The panel stays while it was so for days (urgent); after a single day it is on that day's page only (``is_low``).
    """
    mood = next((flag for flag in flags if flag.rule == MOOD), None)
    return {
        "flag_notes": for_patient(flags, today, ON_DIARY),
        "help": country_of(patient.country)
        if mood is not None and (is_low or mood.level_on(today) == Level.URGENT)
        else None,
        "was_quiet": any(flag.rule == QUIET for flag in flags),
    }
