"""My data: what is kept, in words, and all of it as one file."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.models import Page, look
from ldnapp.people.events import note, note_sign_in
from ldnapp.people.models import Event, EventKind, Patient
from tests import factories
from tests.conftest import NOTE
from tests.factories import PASSWORD, answers
from tests.pages import words_of
from tracker import clock
from tracker.answers import Answers
from tracker.exchange.everything import everything_about
from tracker.exchange.record import TABLES
from tracker.models import Summary
from tracker.recording import StaleEntry, record_entry

pytestmark = pytest.mark.django_db
DOWNLOAD = "/my-data/download/"
NOW = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
DAY = date(2026, 11, 24)


def everything(patient: Patient) -> dict[str, Any]:
    """As it stands in the file: through JSON."""
    found: dict[str, Any] = json.loads(json.dumps(everything_about(patient, now=NOW)))
    return found


def save(patient: Patient, answers: Answers, started_from: int) -> None:
    record_entry(patient, DAY, answers, started_from=started_from, by=patient.user, now=NOW)


@pytest.fixture
def shown_again(patient: Patient, patient_client: Client) -> Client:
    """That patient's browser, in which the password was given again a moment ago."""
    patient_client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return patient_client


def test_the_page_says_what_is_kept_for_how_long_and_what_can_be_done(patient_client: Client) -> None:
    words = words_of(patient_client.get("/my-data/"))
    for said in ("Your diary", "eight years", "90 days", "35 days", "Download everything", "Delete my diary"):
        assert said in words
    assert 'href="/my-data/"' in patient_client.get("/sharing/").content.decode()


def test_a_session_alone_gets_no_file(patient: Patient, patient_client: Client) -> None:
    """A phone that was left open: the password first, then back to the page, and no event."""
    assert "Go on: show that it is you" in words_of(patient_client.get(DOWNLOAD))
    asked = patient_client.post(DOWNLOAD)
    assert asked.headers["Location"] == "/accounts/reauthenticate/?next=%2Fmy-data%2Fdownload%2F"
    assert "Nothing was changed yet" in words_of(patient_client.get(asked.headers["Location"]))
    back = patient_client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": DOWNLOAD}, follow=True)
    assert "Download the file" in words_of(back)
    assert not Event.objects.filter(kind=EventKind.DATA_DOWNLOADED).exists()


def test_the_file_names_nobody_and_is_kept_nowhere(patient: Patient, shown_again: Client) -> None:
    factories.write_day(patient, note=NOTE)
    response = shown_again.post(DOWNLOAD)
    assert response.status_code == 200
    today = clock.today(patient)
    assert response.headers["Content-Disposition"] == f'attachment; filename="ldn-tracker-{today}.json"'
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert NOTE in response.content.decode()
    noted = Event.objects.get(kind=EventKind.DATA_DOWNLOADED)
    assert noted.actor == noted.subject == patient.user.event_id


def test_looking_at_the_page_or_fetching_it_ahead_downloads_nothing(patient: Patient, shown_again: Client) -> None:
    """P19: the file is an act of its own."""
    factories.write_day(patient, note=NOTE)
    assert NOTE not in shown_again.get(DOWNLOAD).content.decode()
    assert shown_again.get(DOWNLOAD, headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert shown_again.post(DOWNLOAD, headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert not Event.objects.filter(kind=EventKind.DATA_DOWNLOADED).exists()


def test_the_file_is_about_its_owner_alone(patient: Patient, shown_again: Client) -> None:
    """P2, P5: nothing of another patient, though the two share a prescriber."""
    link = factories.ActiveLinkFactory(patient=patient)
    other = factories.PatientFactory(name="Rowan Stranger", user__email="rowan@example.net")
    factories.ActiveLinkFactory(patient=other, clinician=link.clinician)
    factories.write_day(other, note=NOTE)
    look(link.clinician.user, other, Page.COURSE).save()
    note(EventKind.LINK_ENDED, actor=link.clinician.user, subject=other.user, other=link.clinician.user)
    file = shown_again.post(DOWNLOAD).content.decode()
    for foreign in (NOTE, other.name, other.user.email, str(other.pk), str(other.user.event_id)):
        assert foreign not in file
    counts = json.loads(file)["counts"]
    assert (counts["looks"], counts["history_diary"], counts["events"]) == (0, 0, 1)  # that of this very download


def test_the_form_says_what_it_is(patient: Patient) -> None:
    """P57, P81: version, zone, unit and direction of the scale."""
    file = everything(patient)
    assert (file["format"], file["format_version"], file["made_at"]) == ("ldn-tracker", 1, "2026-11-24T21:30:00+00:00")
    assert "0 is best and 10 is worst" in file["read_me"]["scores"]
    assert "mg" in file["read_me"]["doses"]
    assert "Never zero" in file["read_me"]["null"]
    assert file["account"]["time_zone"] == "Europe/London"
    assert [symptom["key"] for symptom in file["symptoms"]] == ["pain", "fatigue", "brain_fog", "sleep", "mood"]


def test_a_day_stands_there_as_it_was_answered(patient: Patient) -> None:
    """P36, P38, P39, P41: 0 is 0, blank is null, a dose is its exact text."""
    save(
        patient,
        answers(
            scores=(0, 10, None, None, 4),
            dose_status="taken",
            dose_mg="4.50",
            dose_timing="bedtime",
            note="“tea” & rest",
        ),
        0,
    )
    file = everything(patient)
    [day] = file["record"]["diary"]
    assert day == {
        "pain": 0,
        "fatigue": 10,
        "brain_fog": None,
        "sleep": None,
        "mood": 4,
        "diary_date": "2026-11-24",
        "dose_status": "taken",
        "dose_skip_reason": None,
        "side_effects": None,
        "as_needed": None,
        "note": "“tea” & rest",
        "version": 1,
        "time_zone": "Europe/London",
        "written_on": "2026-11-24",
        "written_at": "2026-11-24T21:30:00+00:00",
        "changed_at": "2026-11-24T21:30:00+00:00",
    }
    assert file["record"]["doses"] == [
        {
            "diary_date": "2026-11-24",
            "slot": 1,
            "amount_mg": "4.50",
            "timing": "bedtime",
            "ml": None,
            "mg_per_ml": None,
        }
    ]


@pytest.mark.parametrize(
    ("said", "status", "doses"),
    [
        (answers(dose_status="taken"), "taken", [None]),
        (Answers(dose_status="skipped", dose_skip_reason="felt sick"), "skipped", []),
        (Answers(note="only a note"), None, []),
    ],
)
def test_taken_skipped_and_not_recorded_are_three(
    patient: Patient, said: Answers, status: str | None, doses: list[None]
) -> None:
    """P73: a dose without an amount is there too."""
    save(patient, said, 0)
    record = everything(patient)["record"]
    assert [day["dose_status"] for day in record["diary"]] == [status]
    assert [dose["amount_mg"] for dose in record["doses"]] == doses


def test_every_older_version_is_there_with_when_and_by_whom(patient: Patient) -> None:
    """Also what a conflict refused, and what was taken back."""
    save(patient, answers(dose_status="taken", dose_mg=Decimal("1.50"), note="first"), 0)
    save(patient, Answers(dose_status="skipped", note="second"), 1)
    with pytest.raises(StaleEntry):
        save(patient, Answers(note="refused"), 1)
    history = everything(patient)["history"]
    assert [(line["what"], line["values"]["note"]) for line in history["diary"]] == [
        ("first saved", "first"),
        ("changed", "second"),
        ("changed", "refused"),
    ]
    assert history["diary"][2]["remark"].startswith("not kept")
    assert [(line["what"], line["values"]["amount_mg"]) for line in history["doses"]] == [
        ("first saved", "1.50"),
        ("taken away", "1.50"),
    ]
    lines = [line for lines in history.values() for line in lines]
    assert {(line["by"], line["saved_at"]) for line in lines} == {("you", "2026-11-24T21:30:00+00:00")}


def test_no_table_and_no_column_of_the_record_is_left_out(patient: Patient) -> None:
    """One that is made tomorrow makes this red until it is in the file."""
    every = {model for model in apps.get_app_config("tracker").get_models() if "Historical" not in model.__name__}
    assert set(TABLES.values()) == every - {Summary}  # derived from the rest
    factories.tell_everything(patient)
    file = everything(patient)
    for name, model in TABLES.items():
        columns = {field.name for field in model._meta.concrete_fields} - {"id", "patient"}
        shown = [file["record"][name][0], *(line["values"] for line in file["history"].get(name, []))]
        assert all(set(row) - {"id"} == columns for row in shown)
        assert bool(file["history"].get(name)) == hasattr(model, "history")


def test_what_other_rows_name_by_a_number_has_it(patient: Patient) -> None:
    """A step says of which version of the plan it is, a ticked medicine which it was."""
    factories.tell_everything(patient)
    record = everything(patient)["record"]
    assert record["plan_steps"][0]["plan"] == record["plans"][0]["id"]
    assert record["diary"][0]["as_needed"] == [record["medicines"][0]["id"]]
    assert record["diary"][0]["side_effects"] == [["headache", "mild", ""]]


def test_it_says_who_could_look_who_did_and_what_happened(patient: Patient) -> None:
    link = factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Finch")
    look(link.clinician.user, patient, Page.COURSE).save()
    note(EventKind.LINK_ACCEPTED, actor=patient.user, subject=patient.user, other=link.clinician.user)
    note(EventKind.ACCOUNT_LOCKED, actor=factories.UserFactory(role="admin"), subject=patient.user)
    note_sign_in(EventKind.SIGN_IN_FAILED, user=patient.user, address="192.0.2.7")
    file = everything(patient)
    [shared], [looked] = file["sharing"]["links"], file["sharing"]["looks"]
    assert (shared["with"], shared["agreed_to_words_of_version"], shared["ended_at"]) == ("Dr Finch", 1, None)
    assert shared["agreed_at"] == "2026-01-06T09:00:00+00:00"
    assert (looked["by"], looked["page"]) == ("Dr Finch", "your course")
    assert [(each["what"], each["by"], each["with"], each["address"]) for each in file["events"]] == [
        ("link accepted", "you", "Dr Finch", None),
        ("account locked", "the people who run this site", None, None),
        ("sign-in refused", None, None, "192.0.2.7"),
    ]


def test_of_second_factors_the_secret_stays_here(patient: Patient) -> None:
    factories.give_second_factor(patient.user)
    account = everything(patient)["account"]
    assert [factor["kind"] for factor in account["second_factors"]] == ["TOTP Authenticator"]
    assert Authenticator.objects.get().data["secret"] not in json.dumps(account)
    assert (account["email"], account["name"]) == (patient.user.email, patient.name)
    assert (account["date_of_birth"], account["day_ends_at"]) == ("1979-03-14", "03:00:00")


def test_the_counts_are_those_of_the_rows(patient: Patient) -> None:
    """P55: a file that was cut short can be told."""
    factories.write_days(patient, 3, dose_status="taken", dose_mg=Decimal("3.00"))
    file = everything(patient)
    assert (file["counts"]["record_diary"], file["counts"]["record_doses"]) == (3, 3)
    for part in ("record", "history"):
        assert {name: file["counts"][f"{part}_{name}"] for name in file[part]} == {
            name: len(rows) for name, rows in file[part].items()
        }


def test_it_costs_the_same_queries_whatever_was_written(patient: Patient, shown_again: Client) -> None:
    """P51."""
    counts = []
    for days in (1, 40):
        factories.write_days(patient, days)
        link = factories.EndedLinkFactory(patient=patient)
        look(link.clinician.user, patient, Page.COURSE).save()
        with CaptureQueriesContext(connection) as queries:
            assert shown_again.post(DOWNLOAD).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 36


def test_a_leaver_can_still_download(patient: Patient, shown_again: Client) -> None:
    factories.write_day(patient, note=NOTE)
    Patient.objects.filter(pk=patient.pk).update(leaving_at=clock.now() - timedelta(days=2))
    assert NOTE in shown_again.post(DOWNLOAD).content.decode()
