"""What packages do to accounts is noted: who signed in and how, who was refused, what was changed."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from ldnapp.people.models import Event, EventKind, User
from tests import factories
from tests.factories import PASSWORD

from .noted import told
from .signing import (
    APP_PAGE,
    CODE_PAGE,
    app_code,
    give_app,
    mailed_code,
    mailed_link,
    sign_in_with_app,
    sign_in_with_mailed_code,
    type_password,
)

pytestmark = pytest.mark.django_db
HOME = "203.0.113.7"
NEW = "a long walk by the sea"
DAYS_KEPT = 90


@pytest.fixture
def user() -> User:
    made: User = factories.PatientFactory().user
    return made


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Does what waits for a commit, which a test's own transaction never sees."""
    return django_capture_on_commit_callbacks


@pytest.fixture
def phone() -> Client:
    """A browser at this address."""
    return Client(REMOTE_ADDR=HOME)


def the_event(kind: EventKind) -> Event:
    """The one event of this kind."""
    return Event.objects.get(kind=kind)


def test_signing_in_with_a_mailed_code_is_noted_with_the_address_for_ninety_days(user: User, phone: Client) -> None:
    sign_in_with_mailed_code(phone, user.email, trust=True)
    event = the_event(EventKind.SIGNED_IN)
    assert (event.actor, event.subject, event.address) == (user.event_id, user.event_id, HOME)
    assert event.detail == "password and mailed code"
    assert (event.kept_until - event.at) / timedelta(days=1) == pytest.approx(DAYS_KEPT, abs=0.01)


def test_each_way_of_signing_in_has_its_word(user: User, phone: Client, settings: Settings) -> None:
    sign_in_with_mailed_code(phone, user.email, trust=True)
    phone.post("/accounts/logout/")
    type_password(phone, user.email)
    phone.post("/accounts/logout/")
    secret, codes = give_app(user), RecoveryCodes.activate(user).get_unused_codes()
    sign_in_with_app(phone, user.email, secret)
    phone.post("/accounts/logout/")
    type_password(phone, user.email)
    phone.post(APP_PAGE, {"code": codes[0]})
    Authenticator.objects.all().delete()
    settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED = set()
    type_password(Client(), user.email)
    assert [how for _, how in told(EventKind.SIGNED_IN)] == [
        "password and mailed code",
        "password on a trusted device",
        "password and app",
        "password and recovery code",
        "password alone",
    ]


def test_half_a_sign_in_is_none(user: User, phone: Client) -> None:
    type_password(phone, user.email)
    assert told() == []


@pytest.mark.parametrize("is_known", [True, False])
def test_a_refused_password_is_noted_without_the_address_that_was_typed(
    user: User, phone: Client, is_known: bool
) -> None:
    """T10: nobody's address is kept as nobody's; whoever was refused is no actor."""
    type_password(phone, user.email.upper() if is_known else "my-secret@example.org", "wrong password 1")
    event = the_event(EventKind.SIGN_IN_FAILED)
    assert (event.actor, event.subject, event.address) == (None, user.event_id if is_known else None, HOME)
    assert event.detail == "password"
    assert (event.kept_until - event.at) / timedelta(days=1) == pytest.approx(DAYS_KEPT, abs=0.01)


def test_a_refused_password_costs_the_same_queries_whoever_it_is(user: User) -> None:
    """T10: one INSERT each, for an address that has an account, that has none, that is locked.

    allauth itself asks the users' table once more about an address that it does not know.
    """
    locked = factories.PatientFactory(user__is_active=False).user
    counts = []
    for email in (user.email, "never@example.org", locked.email):
        with CaptureQueriesContext(connection) as queries:
            type_password(Client(), email, "wrong password 1")
        asked = [query["sql"] for query in queries]
        counts.append((sum('INTO "people_event"' in sql for sql in asked), len(asked)))
    known, unknown, shut = counts
    assert known == shut == (1, unknown[1] - 1)
    assert unknown[0] == 1


def test_the_address_of_an_event_is_nobodys_word(user: User) -> None:
    """P84: a header that anyone can send does not stand in for where a request came from."""
    client = Client(REMOTE_ADDR=HOME, headers={"x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1"})
    type_password(client, user.email, "wrong password 1")
    sign_in_with_mailed_code(client, user.email)
    assert set(Event.objects.values_list("address", flat=True)) == {HOME}


def test_a_refused_second_step_is_noted(user: User, phone: Client) -> None:
    type_password(phone, user.email)
    phone.post(CODE_PAGE, {"code": "WRO-NGG"})
    give_app(user)
    phone.post("/accounts/logout/")
    type_password(phone, user.email)
    phone.post(APP_PAGE, {"code": "000000"})
    assert told(EventKind.SIGN_IN_FAILED) == [
        ("sign_in_failed", "mailed code"),
        ("sign_in_failed", "code of the app, or recovery code"),
    ]
    assert set(Event.objects.values_list("subject", "address")) == {(user.event_id, HOME)}


def test_a_wrong_word_when_asked_again_is_told_apart(user: User, phone: Client) -> None:
    phone.force_login(user)
    phone.post("/accounts/reauthenticate/", {"password": "wrong password 1"})
    give_app(user)
    phone.post("/accounts/2fa/reauthenticate/", {"code": "000000"})
    assert [how for _, how in told()] == [
        "password, when asked again",
        "code of the app, or recovery code, when asked again",
    ]


def test_signing_out_is_noted_and_so_is_a_session_that_grew_too_old(user: User, phone: Client) -> None:
    for _ in range(2):
        phone.force_login(user)
        phone.get("/accounts/2fa/")
        if not told():
            phone.post("/accounts/logout/")
        else:
            session = phone.session
            session["used_at"] -= timedelta(days=31).total_seconds()
            session.save()
            phone.get("/accounts/2fa/")
    assert told(EventKind.SIGNED_OUT) == [("signed_out", "by hand"), ("signed_out", "unused or too old")]


def test_a_new_password_is_noted_however_it_came(user: User, phone: Client) -> None:
    phone.force_login(user)
    phone.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert told() == [("password_changed", "by its owner")]
    stranger = Client()
    stranger.post("/accounts/password/reset/", {"email": user.email})
    form = stranger.get(mailed_link()).headers["Location"]
    stranger.post(form, {"password1": f"{NEW}, again", "password2": f"{NEW}, again"})
    assert told() == [("password_changed", "by its owner"), ("password_changed", "by a mailed link")]
    assert list(Event.objects.order_by("pk").values_list("actor", "subject")) == [
        (user.event_id, user.event_id),
        (None, user.event_id),
    ]


def test_another_address_is_noted_once_it_is_confirmed(user: User, phone: Client) -> None:
    """And neither address: events never hold what was typed."""
    phone.force_login(user)
    phone.post("/accounts/reauthenticate/", {"password": PASSWORD})
    phone.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert told() == []
    phone.post("/accounts/confirm-email/", {"code": mailed_code_to("new@example.org")})
    assert told() == [("email_changed", "")]
    user.refresh_from_db()
    assert user.email == "new@example.org"


def mailed_code_to(address: str) -> str:
    """The code in the newest mail, which went there."""
    assert mail.outbox[-1].to == [address]
    return mailed_code()


def test_second_factors_are_noted_as_they_come_and_go(user: User, phone: Client, committed: Any) -> None:
    phone.force_login(user)
    phone.post("/accounts/reauthenticate/", {"password": PASSWORD})
    phone.get("/accounts/2fa/totp/activate/")
    with committed(execute=True):
        phone.post("/accounts/2fa/totp/activate/", {"code": app_code(phone.session["mfa.totp.secret"])})
    with committed(execute=True):
        phone.post("/accounts/2fa/recovery-codes/generate/")
    phone.post("/accounts/2fa/totp/deactivate/")
    assert told(EventKind.FACTOR_ADDED, EventKind.FACTOR_REMOVED) == [
        ("factor_added", "authenticator app"),
        ("factor_added", "recovery codes"),
        ("factor_added", "new recovery codes"),
        ("factor_removed", "authenticator app"),
        ("factor_removed", "recovery codes"),
    ]
    assert set(Event.objects.values_list("actor", "subject")) == {(user.event_id, user.event_id)}


def test_a_recovery_code_that_was_used_is_noted_and_mailed(user: User, phone: Client, committed: Any) -> None:
    """T22: a list of codes can be copied and not be missed."""
    give_app(user)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    type_password(phone, user.email)
    mail.outbox.clear()
    with committed(execute=True):
        phone.post(APP_PAGE, {"code": codes[0]})
    assert the_event(EventKind.RECOVERY_CODE_USED).subject == user.event_id
    assert [(message.to, message.subject) for message in mail.outbox] == [([user.email], "A recovery code was used")]
    assert "9 are left" in str(mail.outbox[0].body)
    assert codes[0] not in str(mail.outbox[0].body)


def test_the_code_of_an_app_is_no_news(user: User, phone: Client) -> None:
    sign_in_with_app(phone, user.email, give_app(user))
    assert told(EventKind.RECOVERY_CODE_USED) == []
    assert mail.outbox == []


def test_an_event_of_signing_in_costs_one_insert(user: User, phone: Client) -> None:
    type_password(phone, user.email)
    phone.post(CODE_PAGE, {"code": mailed_code()})
    with CaptureQueriesContext(connection) as queries:
        phone.post("/accounts/2fa/trust/", {"action": "skip"})
    about = [query["sql"] for query in queries if "people_event" in query["sql"]]
    assert len(about) == 1
    assert about[0].startswith("INSERT")
