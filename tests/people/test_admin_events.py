"""The list of events in the admin: who did what to whom, found by name, and nothing of a record."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access.models import AccessEvent, Page
from ldnapp.people.events import note, note_sign_in
from ldnapp.people.models import Event, EventKind, User
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
EVENTS = "/admin/people/event/"


@pytest.fixture
def admin(cast: Cast) -> User:
    """The cast's admin."""
    found = cast.users["admin"]
    assert found is not None
    return found


def kinds(desk: Client, **query: str) -> list[str]:
    """The kinds of the events that are listed for this query."""
    page: Any = desk.get(EVENTS, query)
    return [event.kind for event in page.context["cl"].result_list]


def test_people_are_named_for_as_long_as_they_have_an_account(desk: Client, cast: Cast, admin: User) -> None:
    """D10, P18."""
    leaver = factories.UserFactory(email="gone.tomorrow@example.org")
    note(EventKind.ACCOUNT_LOCKED, actor=admin, subject=leaver)
    note(EventKind.LINK_PROPOSED, actor=admin, subject=cast.patient.user, other=cast.users["unlinked"])
    body = desk.get(EVENTS).content.decode()
    assert "gone.tomorrow@example.org" in body
    assert f"<bdi>Ash Cast</bdi> ({cast.patient.user.email})" in body
    leaver.delete()
    body = desk.get(EVENTS).content.decode()
    assert "gone.tomorrow" not in body
    assert "someone whose account is gone" in body
    assert str(leaver.event_id) not in body
    assert Event.objects.count() == 2


def test_one_event_has_a_page_of_its_own(desk: Client, cast: Cast, admin: User) -> None:
    note(EventKind.ACCOUNT_LOCKED, actor=admin, subject=cast.patient.user)
    body = desk.get(f"{EVENTS}{Event.objects.get().pk}/change/").content.decode()
    assert "account locked" in body
    assert "Ash Cast" in body


def test_all_names_of_a_page_are_one_query(desk: Client, cast: Cast, admin: User) -> None:
    desk.get("/admin/")
    for patient in factories.PatientFactory.create_batch(20):
        note(EventKind.ACCOUNT_LOCKED, actor=admin, subject=patient.user)
    with CaptureQueriesContext(connection) as queries:
        desk.get(EVENTS)
    assert len([query for query in queries if '"people_user"."event_id" IN' in query["sql"]]) == 1
    assert len(queries) <= 10


@pytest.mark.parametrize("word", ["Ash Cast", "ash ca", "PATIENT-OF-ALL@"])
def test_a_person_is_found_by_name_or_address_on_every_side(desk: Client, cast: Cast, admin: User, word: str) -> None:
    User.objects.filter(pk=cast.patient.user_id).update(email="patient-of-all@example.org")
    patient, other = User.objects.get(pk=cast.patient.user_id), factories.PatientFactory().user
    note(EventKind.SIGNED_OUT, actor=patient, subject=other)
    note(EventKind.ACCOUNT_LOCKED, actor=admin, subject=patient)
    note(EventKind.LINK_ENDED, actor=admin, subject=other, other=patient)
    note(EventKind.ACCOUNT_UNLOCKED, actor=admin, subject=other)
    assert set(kinds(desk, q=word)) == {"signed_out", "account_locked", "link_ended"}
    assert kinds(desk, q="nobody of that name") == []


def test_kinds_and_days_are_filtered(desk: Client, admin: User) -> None:
    Event.objects.create(kind=EventKind.ACCOUNT_MADE, at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    Event.objects.create(kind=EventKind.ERASED, at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    Event.objects.create(kind=EventKind.ACCOUNT_MADE, at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert kinds(desk, kind__exact="erased") == ["erased"]
    assert kinds(desk, at__year="2026", at__month="3", at__day="2") == ["account_made"]


def test_the_address_of_a_sign_in_is_there(desk: Client, cast: Cast) -> None:
    note_sign_in(EventKind.SIGN_IN_FAILED, user=None, address="203.0.113.9", detail="password")
    assert "203.0.113.9" in desk.get(EVENTS).content.decode()


def test_looks_at_a_record_are_not_there(desk: Client, cast: Cast) -> None:
    """Who looked at a diary is its patient's to read, not an admin's."""
    linked = cast.users["linked"]
    assert linked is not None
    AccessEvent.objects.create(actor=linked.event_id, subject=cast.patient.user.event_id, page=Page.COURSE)
    page: Any = desk.get(EVENTS)
    assert page.context["cl"].result_count == 0
    assert "course" not in page.content.decode()


def test_no_event_is_made_or_changed(desk: Client, admin: User) -> None:
    """T33."""
    note(EventKind.ACCOUNT_LOCKED, actor=admin, subject=admin)
    before = list(Event.objects.values())
    form = {"kind": "erased", "detail": "forged"}
    assert desk.post(f"{EVENTS}add/", form).status_code == 403
    assert desk.post(f"{EVENTS}{Event.objects.get().pk}/change/", form).status_code == 403
    assert list(Event.objects.values()) == before
