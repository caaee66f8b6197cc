"""What reaches the log: what happened and where, never with whose data."""

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

import tracker.views.diary
from ldnapp.people.models import Patient
from ldnapp.web.logs import PrivateFormatter
from tracker import clock

SECRET = "typed and never to be logged"


def line(message: str, *args: object, exc_info: Any = None) -> str:
    """This message as it is logged."""
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, args, exc_info)
    return PrivateFormatter().format(record)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes."""
    handler: Any = logging.getLogger("django").handlers[0]
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.parametrize(
    ("message", "logged"),
    [
        ("Not Found: /clinic/patients/7c9e6679-7425-40de-944b-e07fc1f90ae7/", "Not Found: /clinic/patients/…/"),
        ("Not Found: /CLINIC/7C9E6679-7425-40DE-944B-E07FC1F90AE7", "Not Found: /CLINIC/…"),
        ("Forbidden: /diary/2026-11-24/", "Forbidden: /diary/…/"),
        ("Not Found: /clinic/?q=Ash+Person&page=2", "Not Found: /clinic/"),
        ("Bad: /accounts/password/reset/key/1-cvq4xb-2f4b6a7f0c9e/", "Bad: /accounts/password…/"),
        ("Not Found: /invited/Kx7_q-9aZ/", "Not Found: /invited/…"),
        ("Not Found: /invited//Kx7_q-9aZ/more", "Not Found: /invited/…"),
        ("GET /progress/", "GET /progress/"),
    ],
)
def test_ids_dates_keys_and_queries_are_masked(message: str, logged: str) -> None:
    assert line(message).partition("django.request ")[2] == logged


def test_what_is_filled_in_later_is_masked_too() -> None:
    assert "2026-11-24" not in line("%s: %s", "Not Found", "/diary/2026-11-24/").partition("django.request")[2]


def test_an_error_is_told_by_kind_and_place_not_by_its_message() -> None:
    """Its message can quote the row that was refused."""
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error
    except ValueError:
        logged = line("Internal Server Error: %s", "/diary/", exc_info=sys.exc_info())
    assert logged.endswith("ValueError")
    assert "test_an_error_is_told_by_kind_and_place" in logged
    assert f'"{SECRET}"' not in logged
    assert f": {SECRET}" not in logged


@pytest.mark.django_db
def test_a_view_that_fails_logs_nothing_that_was_typed(
    monkeypatch: pytest.MonkeyPatch, log: io.StringIO, patient: Patient, patient_client: Client
) -> None:
    """T32: as the site's own handler writes it."""

    def fails(patient: Patient, day: object, answers: Any, **options: Any) -> None:
        raise ValueError(f"could not keep {answers.note} of {patient.name}")

    monkeypatch.setattr(tracker.views.diary, "record_entry", fails)
    patient_client.raise_request_exception = False
    response = patient_client.post(f"/diary/{clock.today(patient)}/?q={SECRET}", {"note": SECRET, "pain": "6"})
    assert response.status_code == 500
    logged = log.getvalue()
    assert "Internal Server Error: /diary/…/" in logged
    assert "ValueError" in logged
    for told in (SECRET, patient.name, patient.user.email, str(patient.pk)):
        assert told not in logged


@pytest.mark.django_db
def test_refusals_log_no_name_id_date_or_address(log: io.StringIO, patient: Patient, patient_client: Client) -> None:
    patient_client.get(f"/clinic/patients/{patient.pk}/?name={patient.name}")
    patient_client.get("/diary/2999-01-01/")
    patient_client.post("/accounts/login/", {"login": patient.user.email, "password": SECRET})
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": patient.user.email, "password": SECRET})
    logged = log.getvalue()
    assert logged.count("Not Found") == 2
    assert logged.count("Forbidden") == 1
    for told in (SECRET, patient.name, patient.user.email, str(patient.pk), "2999-01-01"):
        assert told not in logged


@pytest.mark.django_db
def test_a_path_can_not_forge_a_line(log: io.StringIO, client: Client) -> None:
    """T32."""
    client.get("/nothing%0A2026-11-24 10:00:00 INFO forged")
    assert len(log.getvalue().splitlines()) == 1


def test_no_fault_is_mailed_to_anybody(settings: Any) -> None:
    """A mailed traceback would carry what was typed."""
    assert settings.ADMINS == []
    handlers = {type(handler).__name__ for handler in logging.getLogger("django").handlers}
    assert "AdminEmailHandler" not in handlers
