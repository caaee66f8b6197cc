"""One patient's course, as the prescriber sees it: the patient's own numbers, and nobody else's."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.models import AccessEvent, CareLink
from ldnapp.people.models import Clinician, Patient
from tests import factories
from tests.crowd import fill_diary, make_crowd
from tests.pages import course_payload, course_table, words_of
from tracker import clock

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def path_of(patient: Patient) -> str:
    return f"/clinic/patients/{patient.pk}/"


def clinician_of(patient: Patient) -> Clinician:
    return CareLink.objects.active().get(patient=patient).clinician


def test_the_prescriber_sees_the_numbers_that_the_patient_sees(
    patient: Patient, patient_client: Client, clinician_client: Client
) -> None:
    """P41: the same payload, the same table."""
    fill_diary(patient, days=40)
    own, shown = patient_client.get("/progress/"), clinician_client.get(path_of(patient))
    assert course_payload(shown) == course_payload(own)
    assert course_table(shown) == course_table(own)
    assert len(course_table(shown)) == 40


def test_two_patients_one_after_the_other_never_mix(patient: Patient, clinician_client: Client) -> None:
    """P10, P11, T37: A, then B, then A again: name, record, payload and table are each one's own."""
    other = factories.PatientFactory(name="Hazel Other")
    factories.ActiveLinkFactory(patient=other, clinician=clinician_of(patient))
    factories.write_day(patient, scores=(1, 1, 1, 1, 1))
    factories.write_day(other, scores=(9, 9, 9, 9, 9))
    for shown, score, absent in ((patient, "1", other), (other, "9", patient), (patient, "1", other)):
        response = clinician_client.get(path_of(shown))
        assert [cells[:5] for cells in course_table(response).values()] == [[score] * 5]
        assert course_payload(response)["record"] == str(shown.pk)
        assert f'data-record="{shown.pk}"'.encode() in response.content
        assert words_of(response).startswith(f"Back to the caseload {shown.name}")
        assert absent.name not in response.content.decode()
        assert str(absent.pk) not in response.content.decode()


def test_the_head_says_who_and_how_it_stands(patient: Patient, clinician_client: Client) -> None:
    """Age by the date of birth, dose as taken, week by calendar dates (P34)."""
    with time_machine.travel(datetime(2026, 3, 13, 12, tzinfo=UTC), tick=False):
        for back in range(8):
            taken: dict[str, Any] = {"dose_status": "taken", "dose_mg": Decimal("1.50"), "dose_timing": "morning"}
            factories.write_day(patient, date(2026, 3, 12) - back * DAY, **taken)
        words = words_of(clinician_client.get(path_of(patient)))
    assert "Born 14 Mar 1979 (46)" in words
    assert "Dose now 1.5 mg, morning" in words
    assert "On LDN week 2" in words
    assert "Last entry yesterday" in words
    assert "Read only" in words


def test_a_patient_who_wrote_nothing_has_a_page_without_numbers(patient: Patient, clinician_client: Client) -> None:
    response = clinician_client.get(path_of(patient))
    assert course_table(response) == {}
    assert "On LDN not yet Last entry none" in words_of(response)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "No name given"), ("N" * 200, "N" * 200), ("\u200fנועה כהן\u200f", "נועה כהן"), ("<b>Ash</b>", "<b>Ash</b>")],
)
def test_any_name_has_its_page(patient: Patient, clinician_client: Client, name: str, shown: str) -> None:
    """P82: blank, long, right to left (kept apart by <bdi>), and never markup."""
    Patient.objects.update(name=name)
    factories.write_day(patient)
    response = clinician_client.get(path_of(patient))
    assert shown in words_of(response)
    assert b"<b>Ash" not in response.content
    assert response.content.count(b"<bdi>") == 1


def test_no_persons_name_is_in_a_title_or_an_address(patient: Patient, clinician_client: Client) -> None:
    """A title stands in the browser's history and on a shared screen."""
    response = clinician_client.get(path_of(patient))
    title = response.content.decode().split("<title>")[1].split("</title>")[0]
    assert title == "One patient · LDN Tracker"
    assert "Ash" not in path_of(patient)


def test_the_windows_end_at_the_patients_own_today(patient: Patient, clinician_client: Client) -> None:
    """P76: whatever the prescriber's or the server's date is."""
    Patient.objects.update(time_zone="Pacific/Kiritimati")
    with time_machine.travel(datetime(2026, 3, 3, 23, 30, tzinfo=UTC), tick=False):
        patient.refresh_from_db()
        factories.write_day(patient)
        payload = course_payload(clinician_client.get(path_of(patient)))
    assert payload["lastDay"] == "2026-03-04"


def test_each_look_is_noted_once(patient: Patient, clinician_client: Client) -> None:
    """P19: who, whose, which page; a HEAD shows nothing and is no look."""
    clinician_client.head(path_of(patient))
    clinician_client.get(path_of(patient), {"symptom": "mood", "days": "90"})
    look = AccessEvent.objects.get()
    assert (look.subject, look.page) == (patient.user.event_id, "course")
    assert look.actor == clinician_of(patient).user.event_id


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent_to_a_course(patient: Patient, clinician_client: Client, method: str) -> None:
    response = getattr(clinician_client, method)(path_of(patient), {"pain": "1"})
    assert response.status_code == 405


def test_a_stranger_and_a_missing_patient_are_one_404(clinician_client: Client) -> None:
    """P1: the same page for both."""
    stranger = factories.PatientFactory(name="Hazel Stranger")
    factories.write_day(stranger)
    answers = [clinician_client.get(path) for path in (path_of(stranger), f"/clinic/patients/{UUID(int=0)}/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_the_page_is_the_same_among_500_others(patient: Patient, clinician_client: Client) -> None:
    """P83: same bytes, same number of queries; 500 of the prescriber's own patients change nothing either."""
    fill_diary(patient, days=20)
    clinician_client.get(path_of(patient))
    seen = []
    for count in (0, 500):
        make_crowd(count, clinician=clinician_of(patient))
        with CaptureQueriesContext(connection) as queries:
            seen.append((clinician_client.get(path_of(patient)).content, len(queries)))
    assert seen[0] == seen[1]
    assert clock.today(patient).isoformat() in seen[0][0].decode()
