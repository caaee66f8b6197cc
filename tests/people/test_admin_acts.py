"""What an admin does to accounts: who is asked first that it is them, what is noted, and what it ends."""

import re
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core import mail
from django.test import Client

from ldnapp.access.models import CareLink
from ldnapp.people.factor_resets import ask_reset
from ldnapp.people.models import Event, EventKind, FactorReset, Patient, Role, User
from tests import factories
from tests.conftest import Cast

from .noted import told
from .signing import is_signed_in
from .test_admin import NEW_PATIENT

pytestmark = pytest.mark.django_db
SHOW_AGAIN = "/accounts/2fa/reauthenticate/?next="
ADDS = {
    "people/patient": NEW_PATIENT,
    "people/clinician": {"email": "wren@example.org", "name": "Dr Wren"},
    "people/user": {"email": "other.admin@example.org"},
}


@pytest.fixture
def left_open(cast: Cast) -> Client:
    """A browser in which the admin signed in a while ago."""
    client = Client()
    cast.sign_in(client, "admin")
    return client


@pytest.mark.parametrize("path", ADDS)
def test_making_someone_is_asked_first_and_keeps_what_was_typed(left_open: Client, path: str) -> None:
    """D1, P48: who finds an admin's browser open makes no admin of their own."""
    asked = left_open.get(f"/admin/{path}/add/")
    assert (
        asked.headers["Location"]
        == f"/accounts/2fa/reauthenticate/?next=%2Fadmin%2F{path.replace('/', '%2F')}%2Fadd%2F"
    )
    before = User.objects.count()
    body = left_open.post(f"/admin/{path}/add/", ADDS[path]).content.decode()
    assert "Nothing was saved yet" in body
    assert f'value="{ADDS[path]["email"]}"' in body
    assert re.search(r'<a href="/accounts/2fa/reauthenticate/\?next=[^"]+" target="_blank" rel="noopener">', body)
    assert User.objects.count() == before
    factories.show_again(left_open)
    assert left_open.get(f"/admin/{path}/add/").status_code == 200
    assert left_open.post(f"/admin/{path}/add/", ADDS[path]).status_code == 302
    assert User.objects.count() == before + 1


def test_so_is_a_proposal(left_open: Client, cast: Cast) -> None:
    unlinked = cast.users["unlinked"]
    form = {"patient": str(cast.patient.pk), "clinician": unlinked.clinician.pk if unlinked else ""}
    before = CareLink.objects.count()
    assert left_open.get("/admin/access/carelink/add/").status_code == 302
    assert "Nothing was saved yet" in left_open.post("/admin/access/carelink/add/", form).content.decode()
    assert CareLink.objects.count() == before


@pytest.mark.parametrize("ticked", [{}, {"is_active": "on"}])
def test_so_is_a_lock(left_open: Client, cast: Cast, ticked: dict[str, str]) -> None:
    page = f"/admin/people/user/{cast.patient.user_id}/change/"
    User.objects.filter(pk=cast.patient.user_id).update(is_active=not ticked)
    assert left_open.post(page, ticked).headers["Location"] == SHOW_AGAIN + quote_plus(page)
    assert User.objects.get(pk=cast.patient.user_id).is_active is not bool(ticked)
    assert told(EventKind.ACCOUNT_LOCKED, EventKind.ACCOUNT_UNLOCKED) == []
    assert "Nothing was changed yet" in left_open.get("/accounts/2fa/reauthenticate/").content.decode()


@pytest.mark.parametrize("action", ["reset_second_factor", "approve", "cancel"])
def test_so_is_everything_around_a_reset(left_open: Client, cast: Cast, action: str) -> None:
    """P48, T6."""
    linked = cast.users["linked"]
    assert linked is not None
    other = factories.UserFactory(role=Role.ADMIN)
    if action == "reset_second_factor":
        path, pk = "people/user", linked.pk
    else:
        path, pk = "people/factorreset", ask_reset(linked, by=other).pk
    before = list(FactorReset.objects.values())
    asked = left_open.post(f"/admin/{path}/", {"action": action, "_selected_action": [pk]})
    assert asked.headers["Location"] == SHOW_AGAIN + quote_plus(f"/admin/{path}/")
    assert list(FactorReset.objects.values()) == before
    factories.show_again(left_open)
    left_open.post(f"/admin/{path}/", {"action": action, "_selected_action": [pk]})
    assert list(FactorReset.objects.values()) != before


def test_a_reset_is_asked_for_one_person_at_a_time(desk: Client, cast: Cast) -> None:
    users = [user.pk for who in ("linked", "unlinked") if (user := cast.users[who])]
    desk.post("/admin/people/user/", {"action": "reset_second_factor", "_selected_action": users})
    assert not FactorReset.objects.exists()


def test_an_admin_does_not_reset_their_own(desk: Client, cast: Cast) -> None:
    """T6."""
    admin = cast.users["admin"]
    chosen = {"action": "reset_second_factor", "_selected_action": [admin.pk if admin else 0]}
    assert "ask another admin" in desk.post("/admin/people/user/", chosen, follow=True).content.decode()
    assert not FactorReset.objects.exists()


def test_a_patients_reset_is_asked_for_in_the_list_of_accounts(
    desk: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    factories.give_second_factor(cast.patient.user)
    chosen = {"action": "reset_second_factor", "_selected_action": [cast.patient.user_id]}
    with django_capture_on_commit_callbacks(execute=True):
        said = desk.post("/admin/people/user/", chosen, follow=True).content.decode()
    assert "The owner was mailed; it will be done in 72 hours, unless they sign in first." in said
    assert "second admin" not in str(mail.outbox[0].body)
    assert [message.to for message in mail.outbox] == [[cast.patient.user.email]]
    assert "waits for its 72 hours" in desk.get("/admin/people/factorreset/").content.decode()


def test_for_staff_page_and_mail_speak_of_the_second_admin(desk: Client, cast: Cast) -> None:
    """T6: 72 hours alone do it for patients only."""
    linked = cast.users["linked"]
    chosen = {"action": "reset_second_factor", "_selected_action": [linked.pk if linked else 0]}
    said = desk.post("/admin/people/user/", chosen, follow=True).content.decode()
    assert "it will be done after 72 hours, once a second admin has approved, unless they sign in first." in said
    assert "after 72 hours, once a second admin has approved:" in str(mail.outbox[0].body)


def test_what_an_admin_did_not_get_done_is_said(desk: Client, cast: Cast) -> None:
    linked, admin = cast.users["linked"], cast.users["admin"]
    assert linked is not None
    assert admin is not None
    own = ask_reset(linked, by=admin)
    chosen = {"action": "approve", "_selected_action": [own.pk]}
    page = desk.post("/admin/people/factorreset/", chosen, follow=True).content.decode()
    assert "Not approved: there is nothing to approve, or it takes another admin." in page
    own.refresh_from_db()
    assert own.approved_at is None


def test_locking_ends_the_sessions_and_unlocking_brings_none_back(desk: Client, cast: Cast) -> None:
    phone = Client()
    cast.sign_in(phone, "patient")
    assert is_signed_in(phone)
    page = f"/admin/people/user/{cast.patient.user_id}/change/"
    desk.post(page, {})
    desk.post(page, {})
    desk.post(page, {"is_active": "on"})
    assert not is_signed_in(phone)
    assert told(EventKind.ACCOUNT_LOCKED, EventKind.ACCOUNT_UNLOCKED) == [
        ("account_locked", ""),
        ("account_unlocked", ""),
    ]
    event = Event.objects.get(kind=EventKind.ACCOUNT_LOCKED)
    admin = cast.users["admin"]
    assert admin is not None
    assert (event.actor, event.subject) == (admin.event_id, cast.patient.user.event_id)
    cast.patient.user.refresh_from_db()  # the lock has begun a new round of sessions
    cast.sign_in(phone, "patient")
    assert is_signed_in(phone)


def test_nobody_locks_themselves_out(desk: Client, cast: Cast) -> None:
    """It may be the last admin."""
    admin = cast.users["admin"]
    assert admin is not None
    desk.post(f"/admin/people/user/{admin.pk}/change/", {})
    assert User.objects.get(pk=admin.pk).is_active


def test_a_locked_account_gets_no_mail(desk: Client, cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    locked = cast.users["deactivated"]
    assert locked is not None
    chosen = {"action": "send_password_mail", "_selected_action": [locked.pk, cast.patient.user_id]}
    with django_capture_on_commit_callbacks(execute=True):
        body = desk.post("/admin/people/user/", chosen, follow=True).content.decode()
    assert "Sent to 1. 1 locked: unlock first." in body
    assert [message.to for message in mail.outbox] == [[cast.patient.user.email]]


def test_making_someone_and_mailing_them_is_noted(desk: Client, cast: Cast) -> None:
    desk.post("/admin/people/clinician/add/", ADDS["people/clinician"])
    admin, made = cast.users["admin"], User.objects.get(email="wren@example.org")
    assert admin is not None
    events = Event.objects.filter(subject=made.event_id).order_by("pk")
    assert [(event.kind, event.actor, event.detail) for event in events] == [
        (EventKind.ACCOUNT_MADE, admin.event_id, "clinician"),
        (EventKind.PASSWORD_MAILED, admin.event_id, ""),
    ]


def test_other_details_are_noted_by_their_fields_never_by_what_they_say(desk: Client, cast: Cast) -> None:
    """T31: another zone with the old one."""
    change = {**NEW_PATIENT, "name": "Ash Renamed", "time_zone": "Pacific/Auckland"}
    page = f"/admin/people/patient/{cast.patient.pk}/change/"
    assert desk.post(page, change).status_code == 302
    assert told(EventKind.PERSON_CHANGED, EventKind.DAYS_CHANGED) == [
        ("person_changed", "name, time_zone"),
        ("days_changed", "Europe/London 03:00 to Pacific/Auckland 03:00"),
    ]
    assert desk.post(page, change).status_code == 302
    assert len(told(EventKind.PERSON_CHANGED, EventKind.DAYS_CHANGED)) == 2, "saved as it was: nothing to note"


def test_saving_a_person_changes_only_what_was_changed(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the owner does while an admin's page is open stays: their end of the day, and that they leave."""
    saved = []
    save = Patient.save

    def watched(self: Patient, *args: Any, **kwargs: Any) -> None:
        saved.append(kwargs.get("update_fields"))
        save(self, *args, **kwargs)

    monkeypatch.setattr(Patient, "save", watched)
    page = f"/admin/people/patient/{cast.patient.pk}/change/"
    desk.post(page, {**NEW_PATIENT, "name": cast.patient.name, "country": "IE"})
    assert saved == [["country"]]
