"""How long someone stays signed in, and what is theirs alone meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ldnapp.access.models import AccessEvent
from ldnapp.people.models import Role, User
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock, which stands still until it is moved."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def signed_in(role: Role) -> Client:
    """A browser in which someone of this role has just opened their account's page."""
    client = Client()
    client.force_login(factories.UserFactory(role=role))
    assert client.get("/accounts/2fa/").status_code == 200
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/2fa/").status_code == 200


@pytest.mark.parametrize(
    ("role", "unused_for", "stays"),
    [
        (Role.PATIENT, 29 * DAY, True),
        (Role.PATIENT, 30 * DAY + MINUTE, False),
        (Role.CLINICIAN, 29 * MINUTE, True),
        (Role.CLINICIAN, 31 * MINUTE, False),
        (Role.ADMIN, 29 * MINUTE, True),
        (Role.ADMIN, 31 * MINUTE, False),
    ],
)
def test_an_unused_session_ends(clock: time_machine.Traveller, role: Role, unused_for: timedelta, stays: bool) -> None:
    """P50: half an hour is thirty minutes."""
    client = signed_in(role)
    clock.shift(unused_for)
    assert is_signed_in(client) is stays


@pytest.mark.parametrize(
    ("role", "step", "total"), [(Role.PATIENT, 20 * DAY, 90 * DAY), (Role.CLINICIAN, 20 * MINUTE, 12 * HOUR)]
)
def test_a_session_in_daily_use_ends_at_its_greatest_age(
    clock: time_machine.Traveller, role: Role, step: timedelta, total: timedelta
) -> None:
    client = signed_in(role)
    used_for = timedelta(0)
    while used_for + step <= total:
        clock.shift(step)
        used_for += step
        assert is_signed_in(client)
    clock.shift(step)
    assert not is_signed_in(client)


def test_use_is_written_at_most_every_five_minutes(clock: time_machine.Traveller) -> None:
    client = signed_in(Role.PATIENT)
    for wait, writes in ((4 * MINUTE, 0), (2 * MINUTE, 1), (MINUTE, 0)):
        clock.shift(wait)
        with CaptureQueriesContext(connection) as queries:
            assert is_signed_in(client)
        assert sum('UPDATE "django_session"' in query["sql"] for query in queries) == writes


def test_the_cookie_lives_as_long_as_the_session(clock: time_machine.Traveller) -> None:
    client = signed_in(Role.CLINICIAN)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 60


def test_an_ended_session_is_gone_from_the_database(clock: time_machine.Traveller) -> None:
    client = signed_in(Role.CLINICIAN)
    clock.shift(31 * MINUTE)
    client.get("/")
    assert not Session.objects.filter(expire_date__gt=timezone.now()).exists()


def test_locking_an_account_ends_its_sessions() -> None:
    client = signed_in(Role.PATIENT)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)


def test_a_new_password_ends_the_sessions_of_the_old_one() -> None:
    """T9, V7.4.2: whoever had got in is out."""
    client = signed_in(Role.PATIENT)
    user = User.objects.get()
    user.set_password("a new one, just as long")
    user.save()
    assert not is_signed_in(client)


def test_signing_in_changes_the_sessions_key() -> None:
    """T16: a key that was planted before is worth nothing after."""
    client = Client()
    planted = client.session  # a session of nobody's
    client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    client.force_login(factories.UserFactory())
    assert client.session.session_key != planted.session_key
    assert not Session.objects.filter(pk=planted.session_key).exists()


def test_two_people_in_one_worker_do_not_become_each_other(cast: Cast) -> None:
    """P12: neither the actor of a look nor a time zone stays in the thread."""
    clients = {who: Client() for who in ("linked", "patient", "no_second_factor", "other_patient")}
    for who, client in clients.items():
        cast.sign_in(client, who)
    for _ in range(2):
        assert clients["linked"].get(f"/clinic/patients/{cast.patient.pk}/").status_code == 200
        assert clients["patient"].get("/diary/").context["request"].user == cast.users["patient"]
        assert clients["other_patient"].get("/diary/").context["request"].user == cast.users["other_patient"]
        assert timezone.get_current_timezone_name() == "UTC"
    linked = cast.users["linked"]
    assert linked is not None
    assert set(AccessEvent.objects.values_list("actor", flat=True)) == {linked.event_id}
