"""The patient's own course: the same numbers in the database, the chart's payload and the table."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.people.models import Patient
from tests import factories
from tests.crowd import fill_diary, make_crowd
from tests.pages import course_payload, course_table, words_of
from tracker import clock
from tracker.models import DiaryEntry, Dose
from tracker.summarising import rewrite
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS
from tracker.views.progress import asked_days

pytestmark = pytest.mark.django_db

PATH = "/progress/"
DAY = timedelta(days=1)

Answers = dict[tuple[date, str], int]


def in_database(patient: Patient, first: date) -> Answers:
    """(date, symptom) -> score, of every answer from this date on."""
    entries = DiaryEntry.objects.of(patient).filter(diary_date__gte=first)
    return {
        (entry.diary_date, symptom.key): score
        for entry in entries
        for symptom in SYMPTOMS
        if (score := entry.score(symptom)) is not None
    }


def in_payload(payload: dict[str, Any]) -> Answers:
    first = date.fromisoformat(payload["firstDay"])
    return {
        (first + place * DAY, one["key"]): score
        for one in payload["symptoms"]
        for place, score in enumerate(one["scores"])
        if score is not None
    }


def in_table(table: dict[str, list[str]]) -> Answers:
    return {
        (date.fromisoformat(iso), key): int(cell)
        for iso, cells in table.items()
        for key, cell in zip(SYMPTOM_KEYS, cells, strict=False)
        if any(character.isdigit() for character in cell)
    }


def test_payload_table_and_database_hold_the_same_answers(patient: Patient, patient_client: Client) -> None:
    """P41, P75: with gaps, blanks and zeros; every answer once and none besides."""
    fill_diary(patient, days=60)
    for back in (3, 4, 5, 20):
        DiaryEntry.objects.of(patient).filter(diary_date=clock.today(patient) - back * DAY).delete()
    response = patient_client.get(PATH)
    stored = in_database(patient, date(2000, 1, 1))
    assert len(stored) > 200
    assert in_payload(course_payload(response)) == stored
    assert in_table(course_table(response)) == stored


def test_the_table_has_a_row_a_day_newest_first_with_the_dose_last(patient: Patient, patient_client: Client) -> None:
    """P38, P73: taken, taken without an amount, skipped and not recorded are four different cells."""
    today = clock.today(patient)
    doses: list[dict[str, Any]] = [
        {"dose_status": "taken", "dose_mg": Decimal("3.00"), "dose_timing": "bedtime"},
        {"dose_status": "taken"},
        {"dose_status": "skipped"},
        {},
    ]
    for back, said in enumerate(doses):
        factories.write_day(patient, today - back * DAY, scores=(0, None, 10, None, back), **said)
    table = course_table(patient_client.get(PATH))
    assert list(table) == [(today - back * DAY).isoformat() for back in range(4)]
    assert [cells[:4] for cells in table.values()] == [["0", "", "10", ""]] * 4
    assert [cells[5] for cells in table.values()] == ["3.0 mg", "taken, amount not given", "skipped", ""]
    assert {cell for cells in table.values() for cell in cells[6:]} == {""}


def test_doses_of_the_payload_are_what_was_taken(patient: Patient, patient_client: Client) -> None:
    """P36: split doses add up exactly; amounts leave as text, dates as dates."""
    fill_diary(patient, days=5)
    for dose in Dose.objects.of(patient):
        factories.DoseFactory(patient=patient, diary_date=dose.diary_date, slot=2, amount_mg="0.10")
    Dose.objects.of(patient).filter(slot=1).update(amount_mg="0.20")
    rewrite(patient, now=clock.now())
    payload = course_payload(patient_client.get(PATH))
    today = clock.today(patient)
    first = (today - 4 * DAY).isoformat()
    assert payload["phases"] == [{"first": first, "last": today.isoformat(), "mg": "0.3", "timing": "bedtime"}]
    assert payload["firstDose"] == first


def test_a_day_that_was_just_saved_is_on_the_next_page(patient: Patient, patient_client: Client) -> None:
    fill_diary(patient, days=10)
    today = clock.today(patient)
    DiaryEntry.objects.of(patient).filter(diary_date=today).delete()
    patient_client.post(f"/diary/{today}/", {"pain": "0", "mood": "10"})
    assert course_table(patient_client.get(PATH))[today.isoformat()][:5] == ["0", "", "", "", "10"]


def test_a_new_patient_sees_no_numbers(patient: Patient, patient_client: Client) -> None:
    """P40: nothing is not zero."""
    response = patient_client.get(PATH)
    assert course_table(response) == {}
    assert not any(character.isdigit() for character in words_of(response))


@pytest.mark.parametrize(
    ("text", "days"),
    [("", 365), ("90", 90), ("1", 1), ("0", 1), ("3650", 3650), ("9999", 3650), ("-5", 365), ("９０", 365), ("x", 365)],
)
def test_how_far_back_is_a_year_unless_another_number_is_asked_for(text: str, days: int) -> None:
    assert asked_days(text) == days
    assert asked_days("9" * 10_000) == 365


def test_a_longer_time_shows_earlier_days(patient: Patient, patient_client: Client) -> None:
    """P55, P59: what is left out is said, and can be asked for."""
    fill_diary(patient, days=400)
    response = patient_client.get(PATH)
    assert len(course_table(response)) == 365
    assert "Earlier days are written too" in words_of(response)
    assert len(course_table(patient_client.get(PATH, {"days": 1095}))) == 400


@pytest.mark.parametrize("key", SYMPTOM_KEYS)
def test_any_symptom_can_be_the_large_one(patient: Patient, patient_client: Client, key: str) -> None:
    factories.write_day(patient)
    assert course_payload(patient_client.get(PATH, {"symptom": key}))["chosen"] == key


def test_the_page_names_its_record_and_no_one_elses_days_are_in_it(patient: Patient, patient_client: Client) -> None:
    """P11: the script compares the two before it draws."""
    other = factories.PatientFactory()
    fill_diary(other, days=10)
    factories.write_day(patient)
    response = patient_client.get(PATH)
    assert course_payload(response)["record"] == str(patient.pk)
    assert f'data-record="{patient.pk}"'.encode() in response.content
    assert len(course_table(response)) == 1


def test_a_mean_needs_seven_answered_days_and_says_how_many(patient: Patient, patient_client: Client) -> None:
    """P40: as many as were answered, not as many as there are."""
    for back in range(7):
        factories.write_day(patient, clock.today(patient) - back * DAY, scores=(back, 7, None, 5 if back else None, 0))
    words = words_of(patient_client.get(PATH))
    assert "Pain 3.0 7 of 14" in words
    assert "Fatigue 7.0 7 of 14" in words
    assert "Brain fog blank 0 of 14" in words
    assert "Sleep blank 6 of 14" in words
    assert "Mood 0.0 7 of 14" in words


def test_the_page_is_the_same_among_500_others(patient: Patient, patient_client: Client) -> None:
    """P83: same bytes, same number of queries."""
    fill_diary(patient, days=20)
    patient_client.get(PATH)
    seen = []
    for count in (0, 500):
        make_crowd(count)
        with CaptureQueriesContext(connection) as queries:
            seen.append((patient_client.get(PATH).content, len(queries)))
    assert seen[0] == seen[1]
