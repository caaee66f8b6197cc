"""The calendar of what was recorded, and the way to any day."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import part_of, words_of
from tracker.days import FIRST_DAY
from tracker.views.history import asked_month, cell

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def tuesday(db: None) -> Any:
    with time_machine.travel(datetime(2026, 3, 3, 20, 40, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("2026-03", date(2026, 3, 1)),
        ("2000-01", FIRST_DAY),
        *[
            (text, date(2026, 3, 1))
            for text in ("", "2026-04", "1999-12", "2026-13", "2026-2", "２０２６-02", "x", "-1")
        ],
    ],
)
def test_a_month_that_is_none_or_to_come_means_the_present_one(text: str, month: date) -> None:
    assert asked_month(text, TUESDAY) == month


@given(st.text("0123456789-W", max_size=9), st.dates(FIRST_DAY, date(2100, 1, 1)))
def test_any_text_asks_for_the_first_of_a_month_of_this_diary(text: str, today: date) -> None:
    month = asked_month(text, today)
    assert month.day == 1
    assert FIRST_DAY <= month <= today


@pytest.mark.parametrize(
    ("day", "is_today", "is_future", "is_editable"),
    [(16, False, False, False), (17, False, False, True), (2, False, False, True)],
)
def test_a_cell_says_what_can_be_done_with_its_day(
    day: int, is_today: bool, is_future: bool, is_editable: bool
) -> None:
    """Both sides of the fourteenth day back."""
    shown = cell(date(2026, 2, day) if day > 3 else date(2026, 3, day), TUESDAY, {})
    assert (shown.is_today, shown.is_future, shown.is_editable) == (is_today, is_future, is_editable)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "Tuesday 3 March, nothing written"),
        ("", "Tuesday 3 March, written"),
        ("taken", "Tuesday 3 March, written"),
        ("skipped", "Tuesday 3 March, written"),
    ],
)
def test_a_cell_says_whether_something_was_written(status: str | None, words: str) -> None:
    """P38: a day without a dose on record looks like no day on which it was skipped."""
    shown = cell(TUESDAY, TUESDAY, {} if status is None else {TUESDAY: status})
    assert (shown.words, shown.dose) == (words, status or "")


def days_of(client: Client, month: str = "") -> dict[str, str]:
    """date -> words of every day of the calendar that leads somewhere."""
    page = client.get(f"/diary/history/?month={month}").content.decode()
    links = re.findall(r'<a class="cell[^>]*href="/diary/([0-9-]+)/".*?visually-hidden">([^<]*)<', page, re.DOTALL)
    return dict(links)


@pytest.mark.usefixtures("tuesday")
def test_the_calendar_leads_to_every_day_up_to_today(patient: Patient, patient_client: Client) -> None:
    """P71: and to none after it."""
    factories.write_day(patient, date(2026, 3, 2), dose_status="skipped")
    assert days_of(patient_client) == {
        "2026-03-01": "Sunday 1 March, nothing written",
        "2026-03-02": "Monday 2 March, written, dose not taken",
        "2026-03-03": "Tuesday 3 March, nothing written",
    }
    assert len(days_of(patient_client, "2026-02")) == 28


@pytest.mark.usefixtures("tuesday")
def test_only_the_last_fortnight_is_marked_as_writable(patient_client: Client) -> None:
    page = patient_client.get("/diary/history/?month=2026-02").content.decode()
    marked = re.findall(r'class="cell is-editable" href="/diary/([0-9-]+)/"', page)
    assert marked == [f"2026-02-{day}" for day in range(17, 29)]


@pytest.mark.usefixtures("tuesday")
def test_the_calendar_counts_what_this_patient_wrote(patient: Patient, patient_client: Client) -> None:
    """P6: nobody else's days are in it; nor does it count days that were left out."""
    for day in (1, 2):
        factories.write_day(patient, date(2026, 3, day))
    factories.write_day(factories.PatientFactory(), date(2026, 3, 3))
    words = words_of(patient_client.get("/diary/history/"))
    assert "2 days written in March." in words
    assert "streak" not in words


@pytest.mark.usefixtures("tuesday")
@pytest.mark.parametrize(
    ("month", "links"), [("2026-03", ["2026-02"]), ("2026-02", ["2026-01", "2026-03"]), ("2000-01", ["2000-02"])]
)
def test_months_lead_to_the_months_beside_them_within_the_calendar(
    patient_client: Client, month: str, links: list[str]
) -> None:
    page = patient_client.get(f"/diary/history/?month={month}")
    assert re.findall(r'href="\?month=([0-9-]+)"', page.content.decode()) == links


@pytest.mark.usefixtures("tuesday")
def test_a_calendar_has_seven_columns_and_begins_on_monday(patient_client: Client) -> None:
    rows = part_of(patient_client.get("/diary/history/"), "main").rows
    assert [" ".join(row[0].split()) for row in rows[:2]] == ["Mon", ""]
    assert {len(row) for row in rows} == {7}
