"""Other medicines and the safety questions: kept as written, asked about, answered with a date."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import form_of, words_of
from tests.record import stored_rows
from tracker import clock
from tracker.declaring import MOST_MEDICINES
from tracker.medicines import words_for
from tracker.models import Flag, Medicine, OpioidsLately, Pregnancy, SafetyAnswers, YesNo
from tracker.safety_questions import QUESTIONS, QUESTIONS_VERSION, SAID, claims_for

pytestmark = pytest.mark.django_db

PATH = "/treatment/medicines/"
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield


def add(client: Client, name: str, **said: str) -> Any:
    return client.post(PATH, {"name": name, "use": "regular", "since": "", "until": "", **said})


def test_a_medicine_that_is_not_recognised_is_kept_as_it_was_written(patient: Patient, patient_client: Client) -> None:
    """P42, P65, P80: with how it is taken and its dates, to the letter."""
    name = "  My <b>blue</b> pill “of the evening” 5µg "
    answer = add(patient_client, name, use="as_needed", since="2026-01-05", until="2026-12-24")
    assert answer.headers["Location"] == PATH
    kept = Medicine.objects.of(patient).get()
    assert (kept.name, kept.use, kept.since, kept.until) == (
        name.strip(),
        "as_needed",
        date(2026, 1, 5),
        date(2026, 12, 24),
    )
    assert kept.opioid_level == ""
    page = patient_client.get(PATH)
    assert "<b>blue" not in page.content.decode()
    assert "when needed, since 5 January 2026, until 24 December 2026" in " ".join(words_of(page).split())
    assert form_of(patient_client.get(f"{PATH}{kept.pk}/"), "card-x")["name"] == name.strip()


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"name": ""}, "name", "Which medicine is it?"),
        ({"name": "<script>" + "x" * 292}, "name", "200 characters or fewer"),
        ({"use": ""}, "use", "Please choose one"),
        ({"use": "hourly"}, "use", "Select a valid choice"),
        ({"since": "2026-05-01", "until": "2026-04-30"}, "until", "before the first one"),
        ({"since": "1900-01-01"}, "since", "check the year"),
        ({"until": "2028-01-01"}, "until", "check the year"),
        ({"since": "29 February 2027"}, "since", "There is no such day"),
    ],
)
def test_a_medicine_that_can_not_be_is_refused_with_all_that_was_typed(
    patient_client: Client, said: dict[str, str], field: str, words: str
) -> None:
    before = stored_rows()
    page = add(patient_client, **{"name": "Ibuprofen gel", **said})
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    assert "<script>x" not in page.content.decode()
    assert stored_rows() == before


def test_a_thousand_medicines_are_refused_kindly(patient: Patient, patient_client: Client) -> None:
    """The list stays short enough to read; nothing is changed."""
    made = [Medicine(patient=patient, name=f"Number {n}", use="regular", added_on=TODAY) for n in range(MOST_MEDICINES)]
    Medicine.objects.bulk_create(made)
    page = add(patient_client, "One more")
    assert page.status_code == 422
    assert "is full" in words_of(page, "id_name_error")
    assert Medicine.objects.of(patient).count() == MOST_MEDICINES


def test_an_opioid_is_kept_asked_about_and_told_at_once(patient: Patient, patient_client: Client) -> None:
    """H1, P64: plain words with what to do; and never that anyone was told."""
    factories.give_plan(patient)
    answer = add(patient_client, "Solpadol 30/500")
    medicine = Medicine.objects.of(patient).get()
    assert answer.headers["Location"] == f"{PATH}{medicine.pk}/opioid/"
    page = patient_client.get(answer.headers["Location"])
    assert "Is this codeine?" in words_of(page)
    assert "Please answer a question about this one" in words_of(patient_client.get(PATH))
    assert not Flag.objects.of(patient).filter(rule="F1").exists()
    told = patient_client.post(answer.headers["Location"], {"answer": "now"}, follow=True)
    words = " ".join(words_of(told).split())
    assert " ".join(words_for("urgent")["patient"].split()) in words
    assert "that may not be today" in words
    assert "told your" not in words
    assert Flag.objects.of(patient).open().get(rule="F1").facts["name"] == "Solpadol 30/500"
    assert "Solpadol 30/500." in words_of(patient_client.get("/treatment/"))
    patient_client.post(answer.headers["Location"], {"answer": "not_me"})
    assert not Flag.objects.of(patient).open().filter(rule="F1").exists()
    assert Medicine.objects.of(patient).get().answered_on == TODAY


def test_what_is_only_nearly_an_opioid_is_asked_about_first(patient: Patient, patient_client: Client) -> None:
    """H2: it never flags without a yes."""
    answer = add(patient_client, "morphne")
    page = patient_client.get(answer.headers["Location"])
    assert "Did you mean morphine?" in words_of(page)
    assert Medicine.objects.of(patient).get().name == "morphne"


def test_another_name_is_looked_at_again(patient: Patient, patient_client: Client) -> None:
    add(patient_client, "Codeine")
    medicine = Medicine.objects.of(patient).get()
    patient_client.post(f"{PATH}{medicine.pk}/opioid/", {"answer": "now"})
    same = {"name": "Codeine", "use": "as_needed", "since": "", "until": ""}
    patient_client.post(f"{PATH}{medicine.pk}/", same)
    medicine.refresh_from_db()
    assert (medicine.use, medicine.opioid_answer) == ("as_needed", "now")
    patient_client.post(f"{PATH}{medicine.pk}/", {**same, "name": "Codeine free syrup"})
    medicine.refresh_from_db()
    assert (medicine.opioid_level, medicine.opioid_answer, medicine.answered_on) == ("", "", None)


@override_settings(CLINICAL_RULES=False)
def test_without_the_clinical_rules_no_name_is_looked_at(patient: Patient, patient_client: Client) -> None:
    assert add(patient_client, "Codeine").headers["Location"] == PATH
    assert Medicine.objects.of(patient).get().opioid_level == ""


def test_a_mistake_can_be_taken_off_the_list_and_a_ticked_one_stays(patient: Patient, patient_client: Client) -> None:
    add(patient_client, "Paracetamol", use="as_needed")
    medicine = Medicine.objects.of(patient).get()
    factories.write_day(patient, as_needed=(medicine.pk,))
    patient_client.post(f"{PATH}{medicine.pk}/delete/")
    assert Medicine.objects.of(patient).exists()
    add(patient_client, "Typed by mistake")
    other = Medicine.objects.of(patient).get(name="Typed by mistake")
    patient_client.post(f"{PATH}{other.pk}/delete/")
    assert [each.name for each in Medicine.objects.of(patient)] == ["Paracetamol"]
    assert Medicine.history.filter(name="Typed by mistake", history_type="-").exists()


def test_when_needed_ticks_are_offered_kept_and_stay_after_the_end(patient: Patient, patient_client: Client) -> None:
    """P42, P80: a tick of a day is not lost when the medicine ends."""
    add(patient_client, "Paracetamol", use="as_needed")
    add(patient_client, "Amitriptyline")
    needed, regular = Medicine.objects.of(patient).order_by("-use", "pk").reverse()
    assert needed.use == "as_needed"
    path = f"/diary/{TODAY}/"
    body = patient_client.get(path).content.decode()
    assert f'name="as_needed_{needed.pk}"' in body
    assert f'name="as_needed_{regular.pk}"' not in body
    form = form_of(patient_client.get(path))
    patient_client.post(path, {**form, "pain": "4", f"as_needed_{needed.pk}": "1"})
    patient_client.post(
        f"{PATH}{needed.pk}/", {"name": "Paracetamol", "use": "as_needed", "since": "", "until": "2026-11-20"}
    )
    assert f'name="as_needed_{needed.pk}" value="1" checked' in patient_client.get(path).content.decode()
    assert f'name="as_needed_{needed.pk}"' not in patient_client.get(f"/diary/{TODAY - DAY}/").content.decode()
    stranger = Medicine.objects.create(patient=factories.PatientFactory(), name="x", use="as_needed", added_on=TODAY)
    refused = patient_client.post(path, {**form_of(patient_client.get(path)), f"as_needed_{stranger.pk}": "1"})
    assert refused.status_code == 422


def test_the_list_costs_the_same_for_one_and_for_a_hundred(patient: Patient, patient_client: Client) -> None:
    counts = []
    for many in (1, 80):
        made = [Medicine(patient=patient, name=f"Number {n}", use="regular", added_on=TODAY) for n in range(many)]
        Medicine.objects.bulk_create(made)
        patient_client.get(PATH)
        with CaptureQueriesContext(connection) as queries:
            patient_client.get(PATH)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def answer(client: Client, **said: str) -> Any:
    return client.post("/treatment/safety/", {**dict.fromkeys(QUESTIONS, ""), **said})


def test_answers_are_dated_versioned_and_never_overwritten(patient: Patient, patient_client: Client) -> None:
    """Answering the same again keeps another row with the new date."""
    said = {"opioids": "no", "operation": "yes", "operation_on": "2026-12-24", "last_test_on": "2026-05-01"}
    for _ in range(2):
        assert answer(patient_client, **said).status_code == 302
    rows = list(SafetyAnswers.objects.of(patient).order_by("number"))
    assert [row.number for row in rows] == [1, 2]
    assert {(row.answered_on, row.questions_version, row.is_adult) for row in rows} == {
        (TODAY, QUESTIONS_VERSION, True)
    }
    shown = form_of(patient_client.get("/treatment/safety/"), "card-x")
    assert {name: shown[name] for name in said} == said
    words = words_of(patient_client.get("/treatment/safety/"))
    assert "tell the surgeon, the anaesthetist and your prescriber" in words
    assert "Earlier answers" in words


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"operation_on": "2026-12-24"}, "operation_on", "please answer “Yes” above"),
        ({"operation": "yes", "operation_on": "2026-11-23"}, "operation_on", "today or a later day"),
        ({"operation": "yes", "operation_on": "2027-02-29"}, "operation_on", "There is no such day"),
        ({"last_test_on": "2026-11-25"}, "last_test_on", "a day that has been"),
        ({"opioids": "often"}, "opioids", "one of the answers"),
        ({"opioids": "no", "opioid_words": "codeine"}, "opioid_words", "answer the question above"),
        ({"immune_words": "x" * 201}, "immune_words", "200 characters"),
    ],
)
def test_answers_that_can_not_be_are_refused(
    patient_client: Client, said: dict[str, str], field: str, words: str
) -> None:
    before = stored_rows()
    page = answer(patient_client, **said)
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    assert stored_rows() == before


def test_every_answer_that_matters_leads_to_a_claim_and_the_others_to_none() -> None:
    every = {"opioids": OpioidsLately, "pregnancy": Pregnancy}
    for name, values, keys in SAID:
        for value in every.get(name, YesNo).values:
            assert bool(set(keys) <= set(claims_for({name: value}))) >= (value in values)
    assert claims_for(dict.fromkeys(QUESTIONS, "no")) == []
    assert claims_for({"pregnancy": "not_for_me"}) == []


def test_the_words_of_the_questions_have_a_version() -> None:
    """Other words are another version: put it one up, and this digest with it."""
    digest = hashlib.sha256("\n".join(f"{key}: {words}" for key, words in QUESTIONS.items()).encode()).hexdigest()[:16]
    assert (QUESTIONS_VERSION, digest) == (1, DIGEST)


DIGEST = "90026268f0a3c093"


def test_nothing_here_stops_the_diary(patient: Patient, patient_client: Client) -> None:
    """Whatever is answered, a day is saved."""
    answer(patient_client, opioids="now", pregnancy="pregnant", liver="yes", kidneys="yes", allergy="yes")
    path = f"/diary/{TODAY}/"
    sent = {**form_of(patient_client.get(path)), "pain": "4", "dose_status": "taken", "dose_mg": "1.5"}
    assert patient_client.post(path, sent).status_code == 302
    assert clock.today(patient) == TODAY
