"""Fourteen days of a real diary, typed on a phone as their writer would have, and read by a prescriber."""

import csv
import re
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from ldnapp.people.models import Patient
from tests import factories
from tracker import clock, demo
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS

from .conftest import DESKTOP, Visit, radio

# Kossakowski et al. 2017 (CC BY 4.0). A real person's diary: read where it lies, never copied into this project.
REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "kossakowski_2017_daily.csv"
FORTNIGHT = 14
Scores = tuple[int | None, ...]


def real_days() -> list[tuple[date, Scores]]:
    """Every day of the real diary, oldest first; its doses are of another medicine and stay out."""
    with REAL.open(newline="") as lines:
        return [
            (date.fromisoformat(row["date"]), tuple(int(row[key]) if row[key] else None for key in SYMPTOM_KEYS))
            for row in csv.DictReader(lines)
        ]


def made_days(today: date) -> list[tuple[date, Scores]]:
    """A made-up course in its place."""
    return [(day, answers.scores) for day, _, answers in demo.diary(demo.COURSES[0], today)]


def fortnight(days: list[tuple[date, Scores]], today: date) -> list[tuple[date, Scores]]:
    """The fourteen days in a row with the most blanks, moved so that the last is today; newest first.

    Days in a row by number: a day that nobody wrote has no row to type.
    """
    stretches = (days[first : first + FORTNIGHT] for first in range(len(days) - FORTNIGHT + 1))
    chosen = max(stretches, key=lambda stretch: sum(scores.count(None) for _, scores in stretch))
    moved = today - chosen[-1][0]
    return [(day + moved, scores) for day, scores in reversed(chosen)]
