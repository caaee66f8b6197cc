"""Leaving: everything closes at once, fourteen days to undo it, and no other page meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from ldnapp.access import patients_visible_to
from ldnapp.access.invitations import open_invitation
from ldnapp.access.leaving import ask_to_leave, erased_from, stay
from ldnapp.access.links import accept_link, propose_link
from ldnapp.access.models import CareLink, Invitation
from ldnapp.people.models import Event, EventKind, Patient
from tests import factories
from tests.conftest import NOTE, Cast
from tests.factories import PASSWORD
from tests.pages import words_of
from tests.parallel import at_once
from tests.people.signing import is_signed_in, sign_in_with_mailed_code

LEAVE, LEAVING, STAY = "/my-data/leave/", "/my-data/leaving/", "/my-data/stay/"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
UNTIL = "8 December 2026, 09:00"  # in London


def shown_again(patient: Patient) -> Client:
    """A browser in which this patient is signed in and has just given the password again."""
    client = Client()
    client.force_login(patient.user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def kinds(patient: Patient) -> list[str]:
    """What was noted about this patient, but for signing in."""
    noted = Event.objects.filter(subject=patient.user.event_id, address=None).exclude(kind=EventKind.SIGNED_OUT)
    return list(noted.order_by("pk").values_list("kind", flat=True))


def is_leaving(patient: Patient) -> bool:
    patient.refresh_from_db()
    return patient.leaving_at is not None


@pytest.fixture
def leaver(patient: Patient) -> Patient:
    """A patient who asked to be deleted a moment ago."""
    ask_to_leave(patient, by=patient.user, now=datetime.now(UTC))
    return patient


@pytest.mark.django_db
def test_the_page_says_what_goes_and_stays_and_changes_nothing(patient: Patient, patient_client: Client) -> None:
    page = patient_client.get(LEAVE)
    words = words_of(page)
    for said in ("14 days", "eight years", "35 days", "Download first", "Keep my diary", "Keep my diary"):
        assert said in words
    assert "Delete my diary and account" not in words  # not before they have shown that it is them
    assert not is_leaving(patient)


@pytest.mark.django_db
def test_a_post_without_showing_who_it_is_changes_nothing(patient: Patient, patient_client: Client) -> None:
    """P13b: a session alone is not enough; nor is it kept and done after the password without being seen again."""
    response = patient_client.post(LEAVE)
    assert response.headers["Location"] == "/accounts/reauthenticate/?next=%2Fmy-data%2Fleave%2F"
    assert not is_leaving(patient)
    back = patient_client.post(response.headers["Location"], {"password": PASSWORD, "next": LEAVE}, follow=True)
    assert "Delete my diary and account" in words_of(back)
    assert not is_leaving(patient)
    assert (kinds(patient), mail.outbox) == ([], [])


@pytest.mark.django_db
def test_who_has_an_app_shows_a_code_of_it(patient: Patient, patient_client: Client) -> None:
    factories.give_second_factor(patient.user)
    asked = patient_client.post(LEAVE, follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/2fa/reauthenticate/?next=%2Fmy-data%2Fleave%2F"


@pytest.mark.django_db
def test_five_minutes_after_the_password_it_is_asked_for_again(patient: Patient) -> None:
    """P13b: a phone that was put down."""
    client = shown_again(patient)
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()
    assert client.post(LEAVE).headers["Location"].startswith("/accounts/reauthenticate/")
    assert not is_leaving(patient)


@pytest.mark.django_db
def test_asking_closes_the_record_at_once(django_capture_on_commit_callbacks: Any) -> None:
    """Active link, proposal and invitation: nobody sees anything from this moment on."""
    link = factories.ActiveLinkFactory()
    patient = link.patient
    proposal = factories.CareLinkFactory(patient=patient)
    opened = factories.InvitationFactory(email=patient.user.email, clinician=proposal.clinician, link=proposal)
    unopened = factories.InvitationFactory(email=patient.user.email)
    with django_capture_on_commit_callbacks(execute=True):
        response = shown_again(patient).post(LEAVE)
    assert response.headers["Location"] == "/"
    assert is_leaving(patient)
    assert not CareLink.objects.of(patient).filter(ended_at=None).exists()
    assert not patients_visible_to(link.clinician.user).exists()
    assert list(Invitation.objects.open()) == [unopened], "an answer would tell that the address has an account"
    assert kinds(patient) == ["link_ended", "link_declined", "invitation_declined", "leaving_asked"]
    declined = Event.objects.get(kind=EventKind.INVITATION_DECLINED)
    assert (declined.other, declined.actor) == (opened.clinician.user.event_id, patient.user.event_id)
    assert declined.detail == f"invitation {opened.pk}"
    assert not accept_link(proposal)


@pytest.mark.django_db
def test_an_open_tab_of_the_prescriber_is_shut_out(patient: Patient, clinician_client: Client) -> None:
    """P7."""
    page = f"/clinic/patients/{patient.pk}/"
    assert clinician_client.get(page).status_code == 200
    ask_to_leave(patient, by=patient.user, now=NOW)
    assert clinician_client.get(page).status_code == 404
    assert page not in clinician_client.get("/clinic/").content.decode()  # that the link ended is said there, by name


@pytest.mark.django_db
def test_asking_signs_out_everywhere_and_clears_the_phone(patient: Patient, patient_client: Client) -> None:
    """T18: Back has nothing to show, and a draft that lay on this phone is gone."""
    other, client = Client(), shown_again(patient)
    other.force_login(factories.PatientFactory().user)
    before = client.get("/my-data/")
    assert before.headers["Cache-Control"] == "no-store"
    response = client.post(LEAVE)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [is_signed_in(each) for each in (client, patient_client, other)] == [False, False, True]
    assert "you can sign in and undo this" in words_of(client.get("/"), "main")


@pytest.mark.django_db
def test_asking_tells_the_owner_by_mail(patient: Patient, django_capture_on_commit_callbacks: Any) -> None:
    """Whoever asked: the date, the way back, and no word of what the site is about."""
    client = shown_again(patient)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LEAVE)
    [message] = mail.outbox
    until = erased_from(Patient.objects.get(pk=patient.pk))
    assert until is not None
    assert message.to == [patient.user.email]
    assert message.subject == "Your account will be deleted"
    assert f"{patient.wall_clock(until):%H:%M} (Europe/London)" in message.body
    assert "http://localhost/my-data/leaving/" in message.body
    assert "no other mail will come" in message.body
    for word in (patient.name, "diary", "dose", "pain", "symptom"):
        assert word not in message.body


@pytest.mark.django_db
def test_the_leavers_page_names_the_day_and_is_the_only_one(patient: Patient, patient_client: Client) -> None:
    """Signing in works; every other page of a patient leads here, and a POST to it changes nothing."""
    ask_to_leave(patient, by=patient.user, now=NOW)
    patient.user.refresh_from_db()  # a new round of sessions
    patient_client.force_login(patient.user)
    assert UNTIL in words_of(patient_client.get(LEAVING))
    for path in ("/diary/", "/diary/history/", "/progress/", "/settings/", "/sharing/", "/my-data/", LEAVE):
        assert patient_client.get(path).headers["Location"] == LEAVING
        assert patient_client.post(path, {"pain": "3"}).headers["Location"] == LEAVING
    assert patient_client.get("/my-data/download/").status_code == 200
    for path in ("/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/accounts/logout/"):
        assert patient_client.get(path).status_code == 200


def test_only_these_views_stay_open_to_a_leaver() -> None:
    """A new page of a patient is closed to them unless it says otherwise."""
    named = {view.__name__ for view in views(get_resolver().url_patterns) if hasattr(view, "open_while_leaving")}
    assert named == {"leaving", "stay", "download"}


def views(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[Any]:
    """Every view of the site."""
    for pattern in patterns:
        yield from views(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern.callback]


@pytest.mark.django_db
def test_who_leaves_costs_a_page_no_query(patient: Patient, patient_client: Client) -> None:
    """Whether they do is known with the patient, who is loaded already."""
    patient_client.get("/my-data/")
    with CaptureQueriesContext(connection) as queries:
        patient_client.get("/my-data/")
    assert [query["sql"].split(" ")[0] for query in queries] == ["SELECT", "SELECT"]  # session, user with patient


@pytest.mark.django_db
def test_a_leaver_signs_in_as_ever_and_lands_there(patient: Patient) -> None:
    ask_to_leave(patient, by=patient.user, now=datetime.now(UTC))
    client = Client()
    sign_in_with_mailed_code(client, patient.user.email)
    assert client.get("/", follow=True).redirect_chain[-1][0] == LEAVING


@pytest.mark.django_db
def test_undoing_brings_everything_back_but_the_links(django_capture_on_commit_callbacks: Any) -> None:
    link = factories.ActiveLinkFactory()
    factories.write_day(link.patient, note=NOTE)
    ask_to_leave(link.patient, by=link.patient.user, now=datetime.now(UTC))
    link.patient.user.refresh_from_db()
    client = Client()
    client.force_login(link.patient.user)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(STAY).headers["Location"] == "/my-data/"
    assert NOTE in client.get("/diary/").content.decode()
    assert not CareLink.objects.active().exists()
    assert kinds(link.patient)[-1] == "leaving_undone"
    assert [message.subject for message in mail.outbox] == ["Your account stays"]
    assert client.get(LEAVING).headers["Location"] == "/my-data/"


@pytest.mark.django_db
def test_asking_and_undoing_twice_is_once(patient: Patient) -> None:
    for _ in range(2):
        ask_to_leave(patient, by=patient.user, now=NOW)
    assert patient.leaving_at == NOW
    for _ in range(2):
        stay(patient, by=patient.user, now=NOW)
    assert kinds(patient) == ["leaving_asked", "leaving_undone"]


@pytest.mark.django_db
def test_who_stays_has_nothing_to_undo(patient: Patient, patient_client: Client) -> None:
    assert patient_client.post(STAY).headers["Location"] == "/my-data/"
    assert patient_client.get(STAY).status_code == 405
    assert kinds(patient) == []


@pytest.mark.django_db
def test_nothing_is_proposed_to_a_leaver(leaver: Patient) -> None:
    """Neither by an admin nor by an invitation that comes meanwhile."""
    clinician = factories.ClinicianFactory()
    with pytest.raises(ValidationError, match="asked to be deleted"):
        propose_link(patient=leaver, clinician=clinician, by=clinician.user)
    assert open_invitation(factories.InvitationFactory(email=leaver.user.email).pk, leaver) is None
    assert not CareLink.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["other_patient", "linked", "admin", "anonymous"])
@pytest.mark.parametrize("path", [LEAVE, STAY])
def test_nobody_else_makes_a_patient_leave_or_stay(cast: Cast, who: str, path: str) -> None:
    """P13b: whatever they send."""
    if path == STAY:
        ask_to_leave(cast.patient, by=cast.patient.user, now=NOW)
    before = Patient.objects.get(pk=cast.patient.pk).leaving_at
    client = Client()
    cast.sign_in(client, who)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(path, {"email": cast.patient.user.email, "patient": str(cast.patient.pk), "user": cast.patient.user_id})
    assert Patient.objects.get(pk=cast.patient.pk).leaving_at == before


@pytest.mark.django_db(transaction=True)
def test_asked_four_times_at_once_is_once(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A double click: one of them is first, and one mail goes out."""
    mails: list[str] = []
    monkeypatch.setattr("ldnapp.access.leaving._mail", lambda name, patient: mails.append(name))
    copies = [Patient.objects.select_related("user").get(pk=patient.pk) for _ in range(4)]
    acts: list[Callable[[], bool]] = [partial(ask_to_leave, copy, by=copy.user, now=NOW) for copy in copies]
    assert sorted(at_once(acts)) == [False, False, False, True]
    assert (mails, kinds(patient)) == (["leaving_asked"], ["leaving_asked"])
    assert {copy.leaving_at for copy in copies} == {NOW}


@pytest.mark.django_db(transaction=True)
def test_accepted_and_left_at_once_is_open_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tabs."""
    monkeypatch.setattr("ldnapp.access.leaving._mail", lambda name, patient: None)
    link = factories.CareLinkFactory()
    acts: list[Callable[[], object]] = [
        partial(accept_link, link),
        partial(ask_to_leave, link.patient, by=link.patient.user, now=NOW),
    ]
    at_once(acts)
    assert not CareLink.objects.active().exists()
    assert not CareLink.objects.proposed().exists()
