"""The diary's pages: a day is shown, saved, shown again; what can't be saved stays on the page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import form_of, words_of
from tests.record import DAYS, stored_rows
from tracker import clock
from tracker.models import DiaryEntry, Dose
from tracker.plan import PlannedDose, Step
from tracker.planning import write_plan

from .diary_page import fields_of, path_of, send

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
EVENING = datetime(2026, 3, 3, 20, 40, tzinfo=UTC)
DAY = timedelta(days=1)
NOTE = "Long walk <yesterday> & tea."
EVERYTHING = {
    "pain": "6",
    "fatigue": "0",
    "brain_fog": "10",
    "sleep": "",
    "mood": "4",
    "dose_status": "taken",
    "dose_mg": "1.5",
    "dose_timing": "morning",
    "note": NOTE,
}


@pytest.fixture(autouse=True)
def _evening() -> Any:
    """A Tuesday evening in winter, when London's clocks are UTC's."""
    with time_machine.travel(EVENING, tick=False):
        yield


def shown(client: Client, day: date = TUESDAY) -> dict[str, str]:
    """What the page of this day holds now, but for its keys."""
    page = form_of(client.get(path_of(day)))
    return {name: value for name, value in page.items() if name in EVERYTHING}


def test_every_answer_that_was_sent_is_on_the_page_afterwards(patient: Patient, patient_client: Client) -> None:
    """P41, P65: typed, saved, stored and shown are the same; blank stays blank and 0 is 0."""
    response = send(patient_client, TUESDAY, **EVERYTHING)
    assert response.status_code == 302
    assert response.url == f"{path_of(TUESDAY)}#saved"
    entry, dose = DiaryEntry.objects.get(), Dose.objects.get()
    assert (entry.patient, entry.diary_date, entry.note) == (patient, TUESDAY, NOTE)
    assert [getattr(entry, key) for key in ("pain", "fatigue", "brain_fog", "sleep", "mood")] == [6, 0, 10, None, 4]
    assert (dose.amount_mg, dose.timing) == (Decimal("1.50"), "morning")
    blank = {name: value for name, value in EVERYTHING.items() if value}
    assert shown(patient_client) == blank


def test_a_blank_page_has_nothing_chosen(patient: Patient, patient_client: Client) -> None:
    """P38, P39, P72: not even what yesterday said, and nothing asks for yesterday."""
    factories.give_plan(patient)
    factories.write_day(patient, TUESDAY - 2 * DAY)
    assert shown(patient_client) == {"dose_mg": "", "note": ""}
    assert "missed" not in words_of(patient_client.get("/diary/"))


def test_an_answer_can_be_taken_back(patient: Patient, patient_client: Client) -> None:
    """P38: a tap on Skip makes it blank again, and the dose row goes."""
    send(patient_client, TUESDAY, **EVERYTHING)
    send(patient_client, TUESDAY, pain="", dose_status="", dose_mg="")
    assert DiaryEntry.objects.get().version == 2
    assert shown(patient_client) == {"fatigue": "0", "brain_fog": "10", "mood": "4", "dose_mg": "", "note": NOTE}
    assert not Dose.objects.exists()


def test_the_usual_dose_is_one_tap(patient: Patient, patient_client: Client) -> None:
    """P37: what was tapped is what the page showed, though the plan changed while it was open."""
    episode = factories.give_plan(patient)
    page = fields_of(patient_client, TUESDAY, dose_status="usual")
    other = [Step(TUESDAY, (PlannedDose(Decimal("4.50"), "morning"),))]
    write_plan(episode, other, since=TUESDAY, by=patient.user, now=clock.now())
    assert patient_client.post(path_of(TUESDAY), page).status_code == 302
    dose = Dose.objects.get()
    assert (dose.amount_mg, dose.timing) == (Decimal("3.00"), "bedtime")


def test_a_double_click_is_one_entry(patient_client: Client) -> None:
    """P23: the same form twice."""
    page = fields_of(patient_client, TUESDAY, **EVERYTHING)
    assert [patient_client.post(path_of(TUESDAY), page).status_code for _ in range(2)] == [302, 302]
    entry = DiaryEntry.objects.get()
    assert (entry.version, DiaryEntry.history.count(), Dose.objects.count()) == (1, 1, 1)


def test_a_form_left_open_past_midnight_saves_to_the_day_that_it_shows(patient_client: Client) -> None:
    """P24: and the page says which day that was."""
    page = fields_of(patient_client, TUESDAY, pain=6)
    with time_machine.travel(datetime(2026, 3, 4, 3, 1, tzinfo=UTC), tick=False):
        response = patient_client.post(path_of(TUESDAY), page, follow=True)
        assert DiaryEntry.objects.get().diary_date == TUESDAY
        assert "Saved to Tuesday 3 March. It is now Wednesday 4 March." in words_of(response)


@pytest.mark.parametrize(
    ("zone", "moment", "today"),
    [
        ("Pacific/Kiritimati", datetime(2026, 3, 3, 12, 59, tzinfo=UTC), TUESDAY),
        ("Pacific/Kiritimati", datetime(2026, 3, 3, 13, 0, tzinfo=UTC), TUESDAY + DAY),
        ("Pacific/Pago_Pago", datetime(2026, 3, 4, 13, 59, tzinfo=UTC), TUESDAY),
        ("Europe/London", datetime(2026, 3, 4, 2, 59, tzinfo=UTC), TUESDAY),
    ],
)
def test_today_is_the_patients_own(
    patient: Patient, patient_client: Client, zone: str, moment: datetime, today: date
) -> None:
    """P20, P26: the form of /diary/ saves to the patient's date, not to the server's."""
    Patient.objects.update(time_zone=zone)
    with time_machine.travel(moment, tick=False):
        page = form_of(patient_client.get("/diary/"))
        assert patient_client.post(path_of(today), {**page, "pain": "6"}).status_code == 302
        entry = DiaryEntry.objects.get()
        assert (entry.diary_date, entry.written, entry.time_zone) == (today, "same day", zone)
        assert patient_client.get(path_of(today + DAY)).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("pain", "11", "Choose a number from 0 to 10"),
        ("mood", "-1", "Choose a number from 0 to 10"),
        ("sleep", "5.5", "Choose a number from 0 to 10"),
        ("fatigue", "５", "Choose a number from 0 to 10"),
        ("brain_fog", "a", "Choose a number from 0 to 10"),
        ("pain", "9" * 10_000, "Choose a number from 0 to 10"),
        ("dose_mg", "4.5.5", "a number of mg"),
        ("dose_mg", "1,500", "a number of mg"),
        ("dose_mg", "45", "Is a decimal point missing?"),
        ("dose_mg", "6", "six milligrams. Is that right?"),
        ("dose_mg", "500 mcg", "in milligrams"),
        ("note", "x" * 2001, "2,001 characters"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_everything_else_is_kept(
    patient_client: Client, field: str, typed: str, message: str
) -> None:
    """P65: 422, nothing changed, and the page holds what was typed."""
    send(patient_client, TUESDAY, pain=1, note="before")
    before = stored_rows()
    response = send(patient_client, TUESDAY, **{**EVERYTHING, field: typed})
    assert response.status_code == 422
    assert stored_rows() == before
    assert message in words_of(response, f"id_{field}_error")
    kept = {name: value for name, value in form_of(response).items() if name in EVERYTHING and name != field}
    assert kept == {name: value for name, value in EVERYTHING.items() if value and name != field}
    assert form_of(response).get(field, typed) == typed


def test_a_question_that_is_answered_lets_the_amount_in(patient_client: Client) -> None:
    """P35: the tick of that page, sent as it is, is a yes to this amount alone."""
    asked = form_of(send(patient_client, TUESDAY, **{**EVERYTHING, "dose_mg": "6"}))
    other = patient_client.post(path_of(TUESDAY), {**asked, "dose_mg": "12", "dose_confirmed": "6.00"})
    assert (other.status_code, Dose.objects.count()) == (422, 0)
    assert patient_client.post(path_of(TUESDAY), {**asked, "dose_confirmed": "6.00"}).status_code == 302
    assert Dose.objects.get().amount_mg == Decimal("6.00")


def test_an_amount_that_was_said_yes_to_is_not_asked_about_again(patient_client: Client) -> None:
    send(patient_client, TUESDAY, **{**EVERYTHING, "dose_mg": "6", "dose_confirmed": "6.00"})
    assert send(patient_client, TUESDAY, note="Another note.").status_code == 302
    assert DiaryEntry.objects.get().note == "Another note."


def test_a_blank_day_is_refused_kindly(patient_client: Client) -> None:
    response = send(patient_client, TUESDAY)
    assert response.status_code == 422
    assert "Tap at least one answer. One is enough." in words_of(response)
    assert not DiaryEntry.objects.exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [(TUESDAY + DAY, "This day has not begun yet"), (TUESDAY - 15 * DAY, "This day can’t be changed any more")],
)
def test_a_day_outside_the_range_keeps_what_was_typed_and_changes_nothing(
    patient: Patient, patient_client: Client, day: date, words: str
) -> None:
    factories.DiaryEntryFactory(patient=patient, diary_date=TUESDAY - 15 * DAY)
    before = stored_rows()
    page = {**fields_of(patient_client, TUESDAY), **EVERYTHING}
    response = patient_client.post(path_of(day), {**page, "form_token": ""})
    assert response.status_code == 422
    assert words in words_of(response)
    assert form_of(response)["note"] == NOTE
    assert stored_rows() == before


@pytest.mark.parametrize("back", [0, 14])
def test_both_ends_of_the_last_fortnight_can_be_written(patient_client: Client, back: int) -> None:
    assert send(patient_client, TUESDAY - back * DAY, pain=6).status_code == 302


def test_an_older_day_is_shown_and_has_no_form(patient: Patient, patient_client: Client) -> None:
    """Read only from the fifteenth day on, with every answer in words."""
    factories.write_day(patient, TUESDAY - 15 * DAY, note=NOTE, dose_status="skipped", dose_skip_reason="forgot")
    words = words_of(patient_client.get(path_of(TUESDAY - 15 * DAY)))
    assert "Pain 6 Fatigue 7 Brain fog 5 Sleep blank Mood 4 LDN dose not taken (forgot)" in words
    assert f"Side effects blank Taken when needed blank Note {NOTE}" in words
    assert "too long ago to change" in words
    assert b"<form" not in patient_client.get(path_of(TUESDAY - 15 * DAY)).content


@pytest.mark.parametrize(
    "path", ["2026-02-30", "2026-13-01", "1999-12-31", "2026-3-3", "２０２６-03-03", "2026-03-04", "9999-12-31"]
)
def test_what_is_no_day_of_this_diary_is_no_page(patient_client: Client, path: str) -> None:
    """30 February, tomorrow, another century, other digits."""
    assert patient_client.get(f"/diary/{path}/").status_code == 404


@pytest.mark.parametrize("path", ["2026-02-30", "1999-12-31"])
def test_nothing_is_saved_to_what_is_no_day(patient_client: Client, path: str) -> None:
    assert patient_client.post(f"/diary/{path}/", {"pain": "6"}).status_code == 404
    assert not any(stored_rows(*DAYS).values())


def test_the_first_day_of_the_calendar_leads_to_no_earlier_one(patient_client: Client) -> None:
    page = patient_client.get("/diary/2000-01-01/")
    assert (page.status_code, b"/diary/1999-12-31/" in page.content) == (200, False)


def test_the_page_says_when_it_was_saved_and_when_it_was_first_written(patient_client: Client) -> None:
    """P21, P64: by the patient's clock; and that nobody is watching."""
    send(patient_client, TUESDAY - DAY, pain=6)
    response = send(patient_client, TUESDAY, pain=6)
    assert "Saved at 20:40." in words_of(patient_client.get(response.url))
    yesterday = patient_client.get(path_of(TUESDAY - DAY))
    assert "First written: next day" in words_of(yesterday)
    assert b"Nobody watches this live" in yesterday.content


def test_the_week_and_the_days_around_are_shown(patient: Patient, patient_client: Client) -> None:
    """P34: counted by calendar dates from the first dose, not before it; today's usual dose is today's alone."""
    factories.give_plan(patient)
    factories.write_day(patient, TUESDAY - 7 * DAY, dose_status="taken", dose_mg=Decimal("3.00"))
    assert "Week 2 on LDN, 3.0 mg" in words_of(patient_client.get("/diary/"))
    yesterday = words_of(patient_client.get(path_of(TUESDAY - DAY)))
    assert "Week 1 on LDN" in yesterday
    assert "on LDN, 3.0 mg" not in yesterday
    assert "on LDN" not in words_of(patient_client.get(path_of(TUESDAY - 8 * DAY)))
