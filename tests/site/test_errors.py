"""Pages of a request's fault and of our own: kind, plain, and silent about everybody."""

import io
import re
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import tracker.views.diary
from ldnapp.people.models import Patient
from tests import factories
from tests.conftest import NOTE
from tracker import clock
from tracker.forms.diary import DiaryEntryForm
from tracker.models import DiaryEntry

from .test_headers import broken

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
MEGABYTES_5 = 5 * 1024 * 1024


@pytest.fixture
def day_url(patient: Patient) -> str:
    """Today's page of a patient who has written something."""
    factories.write_day(patient, note=NOTE)
    return f"/diary/{clock.today(patient)}/"


def stored(patient: Patient) -> dict[str, Any]:
    """The day that this patient has written, every column of it."""
    return dict(DiaryEntry.objects.of(patient).values().get())


def words(response: Any) -> str:
    """A page without its tags."""
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def is_kind(response: Any, patient: Patient) -> None:
    """Says that nothing was lost or changed, offers a way on, and tells of nobody."""
    body = response.content.decode()
    assert re.search("Nothing was changed|is safe", words(response))
    assert 'href="/"' in body
    assert "LDN Tracker" in body
    for told in (
        NOTE,
        patient.name,
        patient.user.email,
        str(patient.pk),
        "Traceback",
        "Exception",
        "SELECT",
        "site-packages",
    ):
        assert told not in body


def test_a_body_that_was_cut_short_changes_nothing(patient: Patient, patient_client: Client, day_url: str) -> None:
    """Half a day is never saved as a day."""
    before = stored(patient)
    cut_short: dict[str, Any] = {"CONTENT_LENGTH": "300", "wsgi.input": io.BytesIO(b"pain=1&version=1&fatigue=")}
    response = patient_client.post(day_url, "pain=1", content_type=FORM, **cut_short)
    assert response.status_code == 400
    is_kind(response, patient)
    assert stored(patient) == before


@pytest.mark.parametrize("body", [{"note": "x" * MEGABYTES_5}, {f"field{n}": "1" for n in range(400)}])
def test_a_body_that_is_too_large_changes_nothing(
    patient: Patient, patient_client: Client, day_url: str, body: dict[str, str]
) -> None:
    """5 MB, or more fields than any form of ours has."""
    before = stored(patient)
    response = patient_client.post(day_url, body)
    assert response.status_code == (413 if "note" in body else 400)
    is_kind(response, patient)
    assert stored(patient) == before


def test_a_large_file_is_held_to_the_same_limit(patient: Patient, patient_client: Client, day_url: str) -> None:
    response = patient_client.post(day_url, {"pain": "1", "file": io.BytesIO(b"x" * MEGABYTES_5)})
    assert response.status_code == 413
    is_kind(response, patient)


@pytest.mark.parametrize("typed", ["/settings/", "/accounts/password/change/", "/sharing/end/"])
def test_a_page_that_was_open_for_too_long_is_sent_once_more(patient: Patient, day_url: str, typed: str) -> None:
    """P46: a missing token of the form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(patient.user)
    response = client.post(typed, {"time_zone": "Asia/Tokyo"})
    assert response.status_code == 403
    assert "Please send it once more" in words(response)
    is_kind(response, patient)
    patient.refresh_from_db()
    assert patient.time_zone == "Europe/London"


def test_someone_elses_form_is_refused_kindly(patient: Patient, patient_client: Client, day_url: str) -> None:
    client, before = Client(), stored(patient)
    client.force_login(factories.PatientFactory().user)
    token = patient_client.get(day_url).context["form"].initial["form_token"]
    response = client.post(day_url, {"pain": "9", "form_token": token})
    assert response.status_code == 403
    is_kind(response, patient)
    assert stored(patient) == before


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/diary/2026-02-30/", "/diary/1999-12-31/", "/diary/tomorrow/", "/clinic/", "/admin/", "/a\x00"],
)
def test_what_is_not_there_says_so(patient: Patient, patient_client: Client, day_url: str, path: str) -> None:
    response = patient_client.get(path)
    assert response.status_code == 404
    is_kind(response, patient)


def test_an_unexpected_fault_says_what_is_safe(
    monkeypatch: pytest.MonkeyPatch, patient: Patient, patient_client: Client, day_url: str
) -> None:
    """T36: one's own page of words, no path, no SQL."""
    monkeypatch.setattr(tracker.views.diary, "read_day", broken(RuntimeError(NOTE)))
    patient_client.raise_request_exception = False
    response = patient_client.get(day_url)
    assert response.status_code == 500
    assert "What you had already saved is safe." in words(response)
    assert "what you typed just now should still be there" in words(response)
    is_kind(response, patient)


def test_a_database_that_is_away_says_to_come_back(
    monkeypatch: pytest.MonkeyPatch, patient: Patient, patient_client: Client, day_url: str
) -> None:
    monkeypatch.setattr(tracker.views.diary, "read_day", broken(OperationalError("no route to db.internal")))
    patient_client.raise_request_exception = False
    response = patient_client.get(day_url)
    assert response.status_code == 503
    assert "last 14 days" in words(response)
    assert "db.internal" not in words(response)
    is_kind(response, patient)


def test_a_fault_in_the_template_of_a_page_shows_the_same_page(
    monkeypatch: pytest.MonkeyPatch, patient: Patient, patient_client: Client, day_url: str
) -> None:
    """Nothing half drawn."""
    monkeypatch.setattr(DiaryEntryForm, "dose_choice", property(broken(RuntimeError(NOTE))))
    patient_client.raise_request_exception = False
    response = patient_client.get(day_url)
    assert response.status_code == 500
    is_kind(response, patient)


def test_the_page_of_a_fault_needs_no_database(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """It may be what has failed."""
    monkeypatch.setattr("ldnapp.web.views.render", broken(RuntimeError("x")))
    client.raise_request_exception = False
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 500
    assert len(queries) == 0


def test_too_many_tries_says_when_to_come_back(patient: Patient) -> None:
    client = Client()
    for _ in range(6):
        response = client.post("/accounts/password/reset/", {"email": patient.user.email})
    assert response.status_code == 429
    assert "five minutes" in words(response)
    is_kind(response, patient)


@pytest.mark.parametrize("waiting", [True, False])
def test_health_says_whether_the_site_is_ready(monkeypatch: pytest.MonkeyPatch, client: Client, waiting: bool) -> None:
    plan = [("0002", False)] if waiting else []
    monkeypatch.setattr("ldnapp.web.views.MigrationExecutor.migration_plan", lambda *args: plan)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == ((503, b"migrations to apply\n") if waiting else (200, b"ok\n"))


def test_health_without_a_database_is_a_plain_no(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr("ldnapp.web.views.MigrationExecutor", broken(OperationalError("no route to db.internal")))
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"no database\n")
