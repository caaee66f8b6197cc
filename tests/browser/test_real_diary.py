"""Fourteen days of a real diary, typed on a phone as their writer would have, and read by a prescriber."""

import csv
import sys
from datetime import date
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
BLANKS_AND_ZEROS = date(2013, 2, 28)  # nine blanks, eleven zeros and a ten begin here
FORTNIGHT = 14
TABLE = """() => [...document.querySelectorAll("#course-table tbody tr")].map(
  row => [row.querySelector("time").dateTime, ...[...row.querySelectorAll("td")].map(cell => cell.textContent)])"""
Days = list[tuple[date, tuple[int | None, ...]]]


def real_days() -> Days:
    """The fourteen days, oldest first. Their doses are of another medicine and stay out."""
    with REAL.open(newline="") as lines:
        days = [
            (date.fromisoformat(row["date"]), tuple(int(row[key]) if row[key] else None for key in SYMPTOM_KEYS))
            for row in csv.DictReader(lines)
        ]
    return [(day, scores) for day, scores in days if day >= BLANKS_AND_ZEROS][:FORTNIGHT]


def made_days(today: date) -> Days:
    """The written days of the last fourteen of a made-up course, in place of a real diary that is not at hand."""
    days = [(day, answers.scores) for day, _, answers in demo.diary(demo.COURSES[0], today)]
    return [(day, scores) for day, scores in days if (today - day).days < FORTNIGHT]


def type_day(page: Page, scores: tuple[int | None, ...]) -> None:
    """One day as a patient taps it: each question in turn, Skip for what has no answer; then Save."""
    for symptom, score in zip(SYMPTOMS, scores, strict=True):
        if score is None:
            page.get_by_role("radio", name=f"Skip: leave {symptom.label.lower()} blank").tap()
        else:
            radio(page, symptom.label, score).tap()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_a_real_fortnight_reaches_the_prescriber_to_the_digit(
    visit: Visit, patient: Patient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Moved so that the last day is today; each day before it is reached by the link on the page."""
    today = clock.today(patient)
    days = real_days() if REAL.exists() else made_days(today)
    if not REAL.exists():
        with capsys.disabled():
            sys.stdout.write(f"\n  {REAL.name} is not at hand: a made-up course takes its place\n")
    moved = [(today - (days[-1][0] - day), scores) for day, scores in reversed(days)]

    page = visit(patient.user).open("/diary/")
    for day, scores in moved:
        while f"{day:%A} {day.day} {day:%B}" not in page.get_by_role("heading", level=1).inner_text():
            with page.expect_navigation():
                page.get_by_role("link", name="Earlier day").tap()
        type_day(page, scores)

    clinician = factories.ActiveLinkFactory(patient=patient).clinician
    factories.give_second_factor(clinician.user)
    desk = visit(clinician.user, DESKTOP).open(f"/clinic/patients/{patient.pk}/")
    written = [["" if score is None else str(score) for score in scores] for _, scores in moved]
    assert desk.evaluate(TABLE) == [
        [day.isoformat(), *cells, "", "", "", ""] for (day, _), cells in zip(moved, written, strict=True)
    ]
