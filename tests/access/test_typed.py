"""What was typed when the session was gone: kept for an hour, for its owner alone."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client, RequestFactory

from ldnapp.access import typed
from ldnapp.people.models import Patient, User
from tests import factories
from tests.people.signing import sign_in_with_mailed_code
from tracker.models import DiaryEntry

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
PAGE = f"/diary/{DAY}/"
NOTE = "typed on the bus"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 2, 18, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def form(patient: Patient, **fields: str) -> dict[str, str]:
    """What this patient's form sends."""
    return {"pain": "7", "note": NOTE, "form_token": typed.token_for(patient.user, str(DAY)), **fields}


def sent_signed_out(fields: dict[str, str]) -> Client:
    """A browser whose session was gone as this form was sent."""
    client = Client()
    response = client.post(PAGE, fields)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={PAGE}"
    return client


def shown(client: Client, user: User) -> Any:
    """What the form of that day shows after this user has signed in."""
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    return response.context["form"].initial


def stored_sessions() -> str:
    """Everything in the sessions' table, decoded."""
    return json.dumps([session.get_decoded() for session in Session.objects.all()])


def test_the_owner_gets_it_back(patient: Patient) -> None:
    """P45: nothing is saved yet, and nothing is lost."""
    client = sent_signed_out(form(patient))
    assert shown(client, patient.user)["note"] == NOTE
    assert client.get(PAGE).context["note_kind"] == "kept"
    assert not DiaryEntry.objects.of(patient).exists()


def test_it_survives_a_real_sign_in(patient: Patient) -> None:
    """Password, code and a new session key later."""
    client = sent_signed_out(form(patient))
    sign_in_with_mailed_code(client, patient.user.email)
    assert client.get(PAGE).context["form"].initial["note"] == NOTE


def test_another_person_sees_nothing_and_it_is_dropped(patient: Patient) -> None:
    """P45, T38: on a shared phone the next one signs in first."""
    other = factories.PatientFactory()
    client = sent_signed_out(form(patient))
    assert shown(client, other.user).get("note") != NOTE
    assert NOTE not in stored_sessions()
    client.logout()
    assert shown(client, patient.user).get("note") != NOTE


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/clinic/"])
def test_it_is_dropped_whatever_page_another_person_opens(patient: Patient, path: str) -> None:
    clinician = factories.ClinicianFactory()
    factories.give_second_factor(clinician.user)
    client = sent_signed_out(form(patient))
    client.force_login(clinician.user)
    client.get(path)
    assert NOTE not in stored_sessions()


@pytest.mark.parametrize(("minutes", "is_there"), [(59, True), (61, False)])
def test_it_is_kept_for_an_hour(patient: Patient, clock: time_machine.Traveller, minutes: int, is_there: bool) -> None:
    client = sent_signed_out(form(patient))
    clock.shift(timedelta(minutes=minutes))
    assert (shown(client, patient.user).get("note") == NOTE) is is_there


def test_signed_in_in_time_it_still_goes_after_the_hour(patient: Patient, clock: time_machine.Traveller) -> None:
    client = sent_signed_out(form(patient))
    shown(client, patient.user)
    clock.shift(timedelta(minutes=61))
    assert client.get(PAGE).context["form"].initial.get("note") != NOTE
    assert NOTE not in stored_sessions()


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", "another form's"])
def test_a_forged_token_keeps_nothing(patient: Patient, token: str) -> None:
    """Else anyone could plant a diary day in a browser."""
    if token == "another form's":
        token = signing.dumps([str(patient.user.event_id), str(DAY)], salt="another form")
    sent_signed_out(form(patient, form_token=token))
    assert NOTE not in stored_sessions()


def test_a_token_of_another_day_keeps_nothing(patient: Patient) -> None:
    sent_signed_out(form(patient, form_token=typed.token_for(patient.user, "2026-03-01")))
    assert NOTE not in stored_sessions()


@pytest.mark.parametrize(("hours", "keeps"), [(23, True), (25, False)])
def test_a_token_is_good_for_a_day(patient: Patient, clock: time_machine.Traveller, hours: int, keeps: bool) -> None:
    fields = form(patient)
    clock.shift(timedelta(hours=hours))
    sent_signed_out(fields)
    assert (NOTE in stored_sessions()) is keeps


@pytest.mark.parametrize(("characters", "keeps"), [(15_000, True), (16_001, False)])
def test_more_than_a_diary_day_is_not_kept(patient: Patient, characters: int, keeps: bool) -> None:
    """A stranger's browser is no place to fill our table from."""
    sent_signed_out(form(patient, note="x" * characters))
    assert ("xxx" in stored_sessions()) is keeps


def test_it_is_taken_by_its_owner_for_its_day_only(patient: Patient, rf: RequestFactory) -> None:
    """Whatever has dropped it before, and whatever has not."""
    request: Any = rf.post(PAGE)
    request.session = SessionStore()
    typed.keep(request, typed.token_for(patient.user, str(DAY)), str(DAY), {"note": NOTE})
    request.user = factories.UserFactory()
    assert typed.take(request, str(DAY)) is None
    request.user = patient.user
    assert typed.take(request, "2026-03-01") is None
    assert typed.take(request, str(DAY)) == {"note": NOTE}


def test_only_the_forms_own_fields_are_kept(patient: Patient) -> None:
    sent_signed_out(form(patient, password="hunter2", csrfmiddlewaretoken="secret"))
    assert "hunter2" not in stored_sessions()
    assert "csrfmiddlewaretoken" not in stored_sessions()


def test_saving_clears_it(patient: Patient) -> None:
    client = sent_signed_out(form(patient))
    shown(client, patient.user)
    assert client.post(PAGE, form(patient)).status_code == 302
    assert NOTE not in stored_sessions()


def test_another_persons_form_is_refused(patient: Patient) -> None:
    """A page that was left open on a shared phone never lands in the next one's diary."""
    other, client = factories.PatientFactory(), Client()
    client.force_login(other.user)
    assert client.post(PAGE, form(patient)).status_code == 403
    assert not DiaryEntry.objects.of_each([patient, other]).exists()


def test_a_phones_drafts_have_a_key_of_each_person(patient: Patient) -> None:
    """D6: the key is nobody else's, and is not the account's id."""
    other = factories.PatientFactory()
    mine, theirs = typed.draft_key(patient.user), typed.draft_key(other.user)
    assert mine == typed.draft_key(patient.user)
    assert mine["key"] != theirs["key"]
    assert mine["account"] not in mine["key"]
