"""How many queries a page may cost, whatever the range and however many patients there are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.models import CareLink
from ldnapp.people.models import Patient
from tests import factories
from tests.crowd import fill_diary, make_crowd
from tests.tracker.diary_page import fields_of, path_of
from tracker import clock

pytestmark = pytest.mark.django_db

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "COMMIT", "ROLLBACK", "RELEASE", "SET", "PRAGMA")

DIARY_GET, DIARY_POST, PROGRESS, COURSE, CASELOAD = 8, 13, 12, 15, 12
RANGES = (30, 365, 3650)  # days


def queries_of(client: Client, method: str, path: str, fields: dict[str, Any] | None = None) -> list[str]:
    """The SQL of one request that succeeds, without what begins and ends transactions."""
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(path, fields or {})
    assert response.status_code in {200, 302}
    return [query["sql"] for query in captured if not query["sql"].startswith(NOT_COUNTED)]


def test_a_diary_page_costs_no_more_than_eight_queries(patient: Patient, patient_client: Client) -> None:
    """A blank day and a written one; today and another day."""
    factories.give_plan(patient)
    today = clock.today(patient)
    blank = queries_of(patient_client, "get", "/diary/")
    fill_diary(patient, days=30)
    written = queries_of(patient_client, "get", path_of(today - timedelta(days=7)))
    assert max(len(blank), len(written)) <= DIARY_GET
    assert len(written) > 3  # something was counted


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        ({}, {"pain": 6, "dose_status": "usual"}),
        ({"pain": 1}, {"pain": 6, "note": "changed"}),
        ({"pain": 1}, {"dose_status": "taken", "dose_mg": "1.5", "dose_timing": "morning"}),
        ({"dose_status": "usual"}, {"dose_status": "taken", "dose_mg": "1.5", "dose_timing": "morning"}),
        ({"dose_status": "usual"}, {"dose_status": "skipped"}),
        ({"pain": 1}, {}),
    ],
)
def test_saving_a_day_costs_no_more_than_thirteen_queries(
    patient: Patient, patient_client: Client, stored: dict[str, Any], sent: dict[str, Any]
) -> None:
    """A new day, a changed one, a dose made, changed, taken away, and nothing new at all."""
    factories.give_plan(patient)
    for back in range(20, 0, -1):
        factories.write_day(patient, clock.today(patient) - timedelta(days=back), dose_status="taken", dose_mg="3.00")
    path = path_of(clock.today(patient))
    if stored:
        patient_client.post(path, fields_of(patient_client, clock.today(patient), **stored))
    fields = {**fields_of(patient_client, clock.today(patient)), **{name: str(value) for name, value in sent.items()}}
    assert len(queries_of(patient_client, "post", path, fields)) <= DIARY_POST


def test_a_course_costs_the_same_whatever_the_range(
    patient: Patient, patient_client: Client, clinician_client: Client
) -> None:
    """P51: ten years of days as much as a month."""
    fill_diary(patient, days=max(RANGES))
    pages = [
        (patient_client, "/progress/", PROGRESS),
        (clinician_client, f"/clinic/patients/{patient.pk}/", COURSE),
    ]
    for client, path, most in pages:
        client.get(path)  # the first request of a session notes its age
        counts = {len(queries_of(client, "get", path, {"days": days})) for days in RANGES}
        assert len(counts) == 1
        assert max(counts) <= most


def test_a_first_request_of_a_session_is_within_the_limits_too(
    patient: Patient, patient_client: Client, clinician_client: Client
) -> None:
    fill_diary(patient, days=30)
    assert len(queries_of(patient_client, "get", "/progress/")) <= PROGRESS
    assert len(queries_of(clinician_client, "get", f"/clinic/patients/{patient.pk}/")) <= COURSE


def test_a_caseload_costs_the_same_for_5_and_for_500_patients(patient: Patient, clinician_client: Client) -> None:
    """P51, P83: fifty of them a page, whichever page it is."""
    clinician = CareLink.objects.active().get(patient=patient).clinician
    clinician_client.get("/clinic/")
    make_crowd(4, clinician=clinician)
    few = queries_of(clinician_client, "get", "/clinic/")
    make_crowd(495, clinician=clinician, first=4)
    assert len(queries_of(clinician_client, "get", "/clinic/")) == len(few)
    assert len(queries_of(clinician_client, "get", "/clinic/", {"page": "10"})) == len(few)


def test_a_page_of_the_calendar_costs_the_same_whatever_was_written(patient: Patient, patient_client: Client) -> None:
    patient_client.get("/diary/history/")
    blank = queries_of(patient_client, "get", "/diary/history/")
    fill_diary(patient, days=365)
    assert len(queries_of(patient_client, "get", "/diary/history/")) == len(blank)
