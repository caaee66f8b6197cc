"""One day on two phones: both sets of values, a choice, and nothing lost."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import form_of, words_of
from tests.record import DAYS, stored_rows
from tracker.answers import Answers
from tracker.forms.conflict import differences
from tracker.models import DiaryEntry, Dose
from tracker.recording import NOT_KEPT

from .diary_page import fields_of, path_of, send

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
FORM = "card-x"  # the conflict page's only form


@pytest.fixture(autouse=True)
def _evening() -> Any:
    with time_machine.travel(datetime(2026, 3, 3, 20, 40, tzinfo=UTC), tick=False):
        yield


def conflict(client: Client, mine: dict[str, Any], saved: dict[str, Any]) -> Any:
    """Open the day, save it elsewhere, then send what was typed on the open page."""
    page = fields_of(client, TUESDAY, **mine)
    send(client, TUESDAY, **saved)
    return client.post(path_of(TUESDAY), page)


def test_a_stale_save_shows_both_and_changes_nothing(patient_client: Client) -> None:
    """P25: 409; the saved values, mine, and what is the same in both."""
    page = fields_of(patient_client, TUESDAY, pain=3, fatigue=5, note="mine")
    send(patient_client, TUESDAY, pain=8, fatigue=5)
    before = stored_rows(*DAYS)
    response = patient_client.post(path_of(TUESDAY), page)
    assert response.status_code == 409
    assert stored_rows(*DAYS) == before
    words = words_of(response)
    assert "Tuesday 3 March was saved at 20:40" in words
    assert "Pain 8 3" in words
    assert "Note blank mine" in words
    assert "The same in both: Fatigue 5." in words


def test_what_was_typed_is_in_the_days_history_even_if_the_page_is_closed(patient_client: Client) -> None:
    """P25: nothing is lost."""
    conflict(patient_client, {"pain": 3, "note": "mine"}, {"pain": 8})
    refused = DiaryEntry.history.get(history_change_reason__startswith=NOT_KEPT)
    assert (refused.pain, refused.note) == (3, "mine")


def test_mine_is_kept_unless_another_choice_is_made_or_it_is_blank(patient_client: Client) -> None:
    """A row that was left blank in the other tab takes no saved answer away unless that is chosen."""
    page = form_of(conflict(patient_client, {"pain": 3, "note": "mine"}, {"pain": 8, "sleep": 2}), FORM)
    assert patient_client.post(path_of(TUESDAY), page).status_code == 302
    entry = DiaryEntry.objects.get()
    assert (entry.version, entry.note) == (2, "mine")
    assert [getattr(entry, key) for key in ("pain", "sleep")] == [3, 2]


def test_each_answer_is_a_choice_of_its_own(patient_client: Client) -> None:
    """The dose is one answer, whatever its parts."""
    saved = {"pain": 8, "dose_status": "taken", "dose_mg": "3", "dose_timing": "morning", "note": "saved"}
    mine = {"pain": 3, "dose_status": "skipped", "dose_skip_reason": "forgot", "note": "mine"}
    page = form_of(conflict(patient_client, mine, saved), FORM)
    response = patient_client.post(path_of(TUESDAY), {**page, "keep_dose": "saved", "keep_note": "saved"})
    assert response.status_code == 302
    entry, dose = DiaryEntry.objects.get(), Dose.objects.get()
    assert (entry.dose_status, entry.dose_skip_reason, entry.note) == ("taken", "", "saved")
    assert (dose.amount_mg, dose.timing) == (Decimal("3.00"), "morning")
    assert DiaryEntry.objects.filter(pain=3).exists()


def test_a_saved_dose_that_was_said_yes_to_is_not_asked_about_again(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient, (TUESDAY, "1.50"))
    saved = {"dose_status": "taken", "dose_mg": "3", "dose_confirmed": "3.00"}
    page = form_of(conflict(patient_client, {"pain": 3, "dose_status": "usual"}, saved), FORM)
    assert patient_client.post(path_of(TUESDAY), {**page, "keep_dose": "saved"}).status_code == 302
    assert Dose.objects.get().amount_mg == Decimal("3.00")


def test_keeping_all_that_was_saved_is_no_change(patient_client: Client) -> None:
    page = form_of(conflict(patient_client, {"pain": 3, "note": "mine"}, {"pain": 8}), FORM)
    before = stored_rows()
    keep = {name: "saved" for name in page if name.startswith("keep_")}
    assert patient_client.post(path_of(TUESDAY), {**page, **keep}).status_code == 302
    assert stored_rows() == before


def test_a_third_save_in_between_is_a_conflict_once_more(patient_client: Client) -> None:
    """P25: the choice was made on values that are no longer the stored ones."""
    page = form_of(conflict(patient_client, {"pain": 3}, {"pain": 8}), FORM)
    send(patient_client, TUESDAY, pain=9)
    response = patient_client.post(path_of(TUESDAY), page)
    assert response.status_code == 409
    assert "Pain 9 3" in words_of(response)


def test_the_same_answers_from_two_phones_are_no_conflict(patient_client: Client) -> None:
    """P23: whoever was first, the day says what both said."""
    assert conflict(patient_client, {"pain": 8}, {"pain": 8}).status_code == 302
    assert DiaryEntry.objects.get().version == 1


def test_a_form_of_a_blank_day_overwrites_nothing(patient_client: Client) -> None:
    """P25: a form that names no version counts as one of a blank day."""
    send(patient_client, TUESDAY, pain=8)
    for version in ("", "0", "x"):
        page = {**fields_of(patient_client, TUESDAY, pain=3), "version": version}
        assert patient_client.post(path_of(TUESDAY), page).status_code == 409


def test_the_conflict_page_shows_notes_as_text(patient_client: Client) -> None:
    """A note is never markup, and keeps its lines."""
    response = conflict(patient_client, {"note": "<b>mine</b>\nline"}, {"note": "<i>saved</i>"})
    assert b"<b>mine" not in response.content
    assert b"<i>saved" not in response.content
    assert form_of(response, FORM)["note"] == "<b>mine</b>\nline"


def test_answers_that_differ_are_listed_with_blanks_in_words() -> None:
    """P38: blank against 0 is a difference."""
    choices, same = differences(Answers((0, 7, None, None, None)), Answers((None, 7, None, None, None), note="x"))
    assert [(choice.key, choice.saved, choice.mine) for choice in choices] == [
        ("pain", "0", "blank"),
        ("note", "blank", "x"),
    ]
    assert same == "The same in both: Fatigue 7."
    assert differences(Answers(note="x"), Answers(note="y"))[1] == ""
