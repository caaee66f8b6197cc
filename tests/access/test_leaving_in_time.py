"""Leaving: it is done whole though a mail fails, and is not undone once the fourteen days are over."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.test import Client

from ldnapp.access.leaving import UNDO, ask_to_leave, stay
from ldnapp.people.models import Patient
from tests import factories
from tests.pages import words_of
from tests.people.signing import is_signed_in

LEAVE, LEAVING, STAY = "/my-data/leave/", "/my-data/leaving/", "/my-data/stay/"
ASKED = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def is_leaving(patient: Patient) -> bool:
    return Patient.objects.get(pk=patient.pk).leaving_at is not None


def leavers_browser(patient: Patient) -> Client:
    """A browser in which a leaver has signed in again."""
    patient.user.refresh_from_db()
    client = Client()
    client.force_login(patient.user)
    return client


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_fails_breaks_neither_the_answer_nor_what_was_asked(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """P18, T18: all sessions are over, and the page says until when it can be undone."""

    def refused(*args: Any, **kwargs: Any) -> None:
        raise SMTPServerDisconnected("down")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refused)
    here, there = Client(), Client()
    for each in (here, there):
        each.force_login(patient.user)
    factories.show_again(here)
    response = here.post(LEAVE)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert is_leaving(patient)
    assert [is_signed_in(each) for each in (here, there)] == [False, False]
    assert "you can sign in and undo this" in words_of(here.get("/"), "main")
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == ["a mail was not sent: access/email/leaving_asked"]


@pytest.mark.django_db(transaction=True)
def test_sessions_that_can_not_be_ended_undo_the_asking(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all: nobody reads on in a diary that they believe is closed."""

    def broken(*args: Any) -> None:
        raise OSError

    monkeypatch.setattr("ldnapp.access.leaving.end_all_sessions", broken)
    with pytest.raises(OSError):  # noqa: PT011  (ours, without words)
        ask_to_leave(patient, by=patient.user, now=ASKED)
    assert not is_leaving(patient)


@pytest.mark.django_db
def test_it_is_undone_up_to_the_last_second_and_no_longer(patient: Patient) -> None:
    """P18: what page and mail say, whether or not the erasing has come to them yet."""
    ask_to_leave(patient, by=patient.user, now=ASKED)
    assert not stay(patient, by=patient.user, now=ASKED + UNDO)
    assert is_leaving(patient)
    assert stay(patient, by=patient.user, now=ASKED + UNDO - SECOND)
    assert not is_leaving(patient)


@pytest.mark.django_db
def test_too_late_says_so(patient: Patient) -> None:
    """P18: the page offers nothing that no longer works; a download does."""
    ask_to_leave(patient, by=patient.user, now=ASKED)
    with time_machine.travel(ASKED + UNDO - SECOND, tick=False):
        words = words_of(leavers_browser(patient).get(LEAVING))
        assert "Until 8 December 2026, 09:00 you can undo this" in words
        assert "Keep my diary" in words
    with time_machine.travel(ASKED + UNDO, tick=False):
        browser = leavers_browser(patient)
        answer = browser.post(STAY, follow=True)
        assert answer.redirect_chain[-1][0] == LEAVING
        words = words_of(answer)
        assert "Since 8 December 2026, 09:00 this can’t be undone any more" in words
        assert "Keep" not in words
        assert "Undone" not in words
        assert browser.get("/my-data/download/").status_code == 200
    assert is_leaving(patient)
