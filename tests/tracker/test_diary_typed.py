"""What was typed survives: a session that ended, a page that was open for long. For the same person only."""

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import form_of, words_of
from tests.people.signing import sign_in_with_mailed_code
from tests.record import stored_rows
from tracker.models import DiaryEntry

from .diary_page import fields_of, path_of

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
EVENING = datetime(2026, 3, 3, 20, 40, tzinfo=UTC)
NOTE = "typed for half a minute"
SIGN_IN = f"/accounts/login/?next={path_of(TUESDAY)}"
KEPT, EXPIRED = "You were signed out while you wrote", "Your page had been open for long"


@pytest.fixture(autouse=True)
def _evening() -> Any:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def phone(patient: Patient) -> Client:
    """A browser whose patient was signed out after opening the page; what was typed has just been sent."""
    client = Client()
    client.force_login(patient.user)
    page = fields_of(client, TUESDAY, pain=6, fatigue=0, dose_mg="1.5", dose_status="taken", note=NOTE)
    Session.objects.all().delete()
    response = client.post(path_of(TUESDAY), page)
    assert (response.status_code, response.headers["Location"]) == (302, SIGN_IN)
    return client


def test_what_was_typed_while_signed_out_is_back_after_signing_in(patient: Patient, phone: Client) -> None:
    """P45: through the real sign-in page; not saved yet, and the page says so."""
    assert not DiaryEntry.objects.exists()
    sign_in_with_mailed_code(phone, patient.user.email)
    response = phone.get(path_of(TUESDAY))
    assert KEPT in words_of(response)
    page = form_of(response)
    assert [page[name] for name in ("pain", "fatigue", "dose_mg", "note")] == ["6", "0", "1.5", NOTE]
    assert "sleep" not in page
    assert phone.post(path_of(TUESDAY), page).status_code == 302
    assert DiaryEntry.objects.get().note == NOTE


def test_it_is_offered_on_its_own_day_only(patient: Patient, phone: Client) -> None:
    phone.force_login(patient.user)
    other_day = phone.get(path_of(TUESDAY - timedelta(days=1)))
    assert NOTE not in other_day.content.decode()
    assert KEPT in words_of(phone.get("/diary/"))


def test_the_sign_in_page_shows_nothing_of_it(phone: Client) -> None:
    """Whoever holds the phone next is nobody yet; the cookie holds no more than a key."""
    response = phone.get(SIGN_IN)
    assert NOTE not in response.content.decode()
    assert NOTE not in phone.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def strict(patient: Patient) -> Client:
    """A browser in which that patient is signed in and cross-site checks are on."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(patient.user)
    return client


@pytest.mark.parametrize("token", ["", "stale" * 8, "x" * 64])
def test_a_stale_page_comes_back_with_all_that_was_typed(strict: Client, token: str) -> None:
    """P46: 403, nothing changed, one more tap on Save."""
    page = fields_of(strict, TUESDAY, pain=6, fatigue=0, note=NOTE, csrfmiddlewaretoken=token)
    before = stored_rows()
    response = strict.post(path_of(TUESDAY), page)
    assert response.status_code == 403
    assert EXPIRED in words_of(response)
    assert stored_rows() == before
    again = form_of(response)
    assert [again[name] for name in ("pain", "fatigue", "note")] == ["6", "0", NOTE]
    assert strict.post(path_of(TUESDAY), again).status_code == 302
    assert DiaryEntry.objects.get().note == NOTE


def test_a_request_that_another_site_made_up_gets_a_kind_page(strict: Client) -> None:
    """Without the form's own token there is nothing of the patient's to show again, nor of anyone's."""
    response = strict.post(path_of(TUESDAY), {"pain": "9", "note": NOTE})
    assert response.status_code == 403
    assert "Nothing was changed." in words_of(response)
    assert NOTE not in response.content.decode()
    assert not DiaryEntry.objects.exists()


def test_another_persons_stale_page_is_shown_to_nobody(strict: Client) -> None:
    """P45, P46: two people, one phone."""
    other = Client()
    other.force_login(factories.PatientFactory().user)
    page = fields_of(other, TUESDAY, note=NOTE, csrfmiddlewaretoken="")
    response = strict.post(path_of(TUESDAY), page)
    assert (response.status_code, NOTE in response.content.decode()) == (403, False)


def test_no_log_line_holds_what_was_typed(strict: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Refusals are logged with their path at most."""
    logger = logging.getLogger("django")
    logger.addHandler(caplog.handler)
    try:
        strict.post(path_of(TUESDAY), fields_of(strict, TUESDAY, note=NOTE, csrfmiddlewaretoken=""))
        strict.post(path_of(TUESDAY), fields_of(strict, TUESDAY, note=NOTE, pain="11"))
    finally:
        logger.removeHandler(caplog.handler)
    assert caplog.records
    assert NOTE not in caplog.text
