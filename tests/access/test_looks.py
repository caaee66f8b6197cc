"""Who has looked, as the patient reads it: whole sentences, newest first, in their own time."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.looks import GONE, count_of, looks_at, times_words
from ldnapp.access.models import AccessEvent, Page
from ldnapp.people.models import Clinician, Patient
from tests import factories
from tests.pages import words_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHARING, LOOKS = "/sharing/", "/sharing/looks/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def finch() -> Clinician:
    """The one who looks in these tests."""
    made: Clinician = factories.ClinicianFactory(name="Dr Finch")
    return made


def looked(patient: Patient, actor: UUID, *moments: datetime, page: Page = Page.COURSE) -> None:
    """Looks of this one at these moments."""
    subject = patient.user.event_id
    AccessEvent.objects.bulk_create(AccessEvent(actor=actor, subject=subject, page=page, at=at) for at in moments)


def sentences(patient: Patient, *, start: int = 0, size: int = 100) -> list[str]:
    """The list as a page shows it: day, name, words."""
    return [f"{each.day}: {each.who} {each.words}" for each in looks_at(patient, start=start, size=size)]


def test_looks_of_one_day_and_page_are_one_sentence(patient: Patient, finch: Clinician) -> None:
    at = [NOON.replace(hour=10, minute=5), NOON.replace(hour=10, minute=20), NOON.replace(hour=14)]
    looked(patient, finch.user.event_id, *at)
    assert sentences(patient) == ["2026-03-02: Dr Finch looked at your course at 10:05, 10:20 and 14:00."]


def test_each_person_and_page_of_a_day_has_one_sentence(patient: Patient, finch: Clinician) -> None:
    wren = factories.ClinicianFactory(name="Dr Wren")
    looked(patient, finch.user.event_id, NOON - timedelta(days=1), NOON, NOON + 3 * MINUTE)
    looked(patient, finch.user.event_id, NOON + MINUTE, page=Page.CASELOAD)
    looked(patient, wren.user.event_id, NOON + 2 * MINUTE)
    assert sentences(patient) == [
        "2026-03-02: Dr Finch looked at your course at 12:00 and 12:03.",
        "2026-03-02: Dr Wren looked at your course at 12:02.",
        "2026-03-02: Dr Finch looked at your line in their list of patients at 12:01.",
        "2026-03-01: Dr Finch looked at your course at 12:00.",
    ]


def test_days_and_times_are_the_patients_own(patient: Patient, finch: Clinician) -> None:
    """P76: one day in London is two in Kiritimati, UTC+14."""
    Patient.objects.filter(pk=patient.pk).update(time_zone="Pacific/Kiritimati")
    patient.refresh_from_db()
    looked(patient, finch.user.event_id, NOON.replace(hour=9, minute=59), NOON.replace(hour=10))
    assert sentences(patient) == [
        "2026-03-03: Dr Finch looked at your course at 00:00.",
        "2026-03-02: Dr Finch looked at your course at 23:59.",
    ]


def test_whoever_has_no_account_any_more_is_named_so(patient: Patient) -> None:
    """P18."""
    looked(patient, UUID(int=7), NOON)
    assert sentences(patient) == [f"2026-03-02: {GONE} looked at your course at 12:00."]


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (["10:05"], "at 10:05"),
        (["10:06", "10:05"], "at 10:05 and 10:06"),
        (["14:00", "10:20", "10:05"], "at 10:05, 10:20 and 14:00"),
        (["10:05", "10:05"], "at 10:05"),
        (["10:06", "10:05", "10:05"], "at 10:05 and 10:06"),
    ],
)
def test_times_are_told_from_morning_to_night_and_each_once(times: list[str], words: str) -> None:
    assert times_words(times) == words


def test_two_looks_in_one_minute_show_one_time(patient: Patient, finch: Clinician) -> None:
    """A chart was changed, say: two looks are noted, one time is shown."""
    looked(patient, finch.user.event_id, NOON, NOON + timedelta(seconds=40))
    assert sentences(patient) == ["2026-03-02: Dr Finch looked at your course at 12:00."]
    assert count_of(patient) == 2


def test_a_sentence_goes_on_over_the_pages(patient: Patient, finch: Clinician) -> None:
    looked(patient, finch.user.event_id, *(NOON + number * MINUTE for number in range(4)))
    assert sentences(patient, size=2) == ["2026-03-02: Dr Finch looked at your course at 12:02 and 12:03."]
    assert sentences(patient, start=2, size=2) == ["2026-03-02: Dr Finch looked at your course at 12:00 and 12:01."]


def test_sharing_shows_the_newest_and_the_way_to_all(
    patient_client: Client, patient: Patient, finch: Clinician
) -> None:
    looked(patient, finch.user.event_id, *(NOON - timedelta(days=back) for back in range(7)))
    with time_machine.travel(NOON + MINUTE):
        shown, every = (words_of(patient_client.get(path)) for path in (SHARING, LOOKS))
    assert "Today Dr Finch looked at your course at 12:00." in shown
    assert "Sunday 1 March 2026" in shown
    assert shown.count("looked at your course") == 5
    assert "All 7 looks" in shown
    assert every.count("looked at your course") == 7


def test_no_look_is_on_no_page_or_on_two(patient_client: Client, patient: Patient, finch: Clinician) -> None:
    """P59: a hundred a page, and the total is said."""
    looked(patient, finch.user.event_id, *(NOON - timedelta(days=back) for back in range(205)))
    days: list[str] = []
    for page in ("1", "2", "3"):
        shown = words_of(patient_client.get(LOOKS, {"page": page}))
        assert "205 looks in all" in shown
        days += re.findall(r"\w+day \d+ \w+ 202\d", shown)
    assert len(days) == len(set(days)) == 205
    assert "101 to 200 of 205" in words_of(patient_client.get(LOOKS, {"page": "2"}))


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "99", "1.5"])
def test_a_page_that_is_none_is_answered_with_one_that_is(patient_client: Client, patient: Patient, page: str) -> None:
    assert "Nobody has looked" in words_of(patient_client.get(LOOKS, {"page": page}))
    looked(patient, UUID(int=7), NOON)
    assert "1 look in all" in words_of(patient_client.get(LOOKS, {"page": page}))


def test_another_patients_looks_are_not_shown(patient_client: Client, patient: Patient, finch: Clinician) -> None:
    """P5."""
    looked(factories.PatientFactory(), finch.user.event_id, NOON)
    for path in (SHARING, LOOKS):
        assert "Dr Finch" not in words_of(patient_client.get(path))


def test_ones_own_pages_are_no_looks(patient_client: Client, patient: Patient) -> None:
    for path in ("/diary/", "/progress/", SHARING, LOOKS):
        patient_client.get(path)
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize(("path", "most"), [(SHARING, 8), (LOOKS, 6)])
def test_a_thousand_looks_cost_no_more_than_one(patient_client: Client, patient: Patient, path: str, most: int) -> None:
    """P83: whoever looked, and however often."""
    counts = []
    for many in (1, 1000):
        actors = [factories.ClinicianFactory().user.event_id for _ in range(3)]
        for number in range(many):
            looked(patient, actors[number % 3], NOON - number * 7 * MINUTE)
        patient_client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert patient_client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= most
