"""What could shut an owner out asks again who they are, and asks for the second factor where there is one."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.test import Client

from ldnapp.people.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.record import stored_rows

from .signing import app_code, give_app

pytestmark = pytest.mark.django_db
TABLES = ("people_user", "account_emailaddress", "mfa_authenticator")
NEW = "a long walk by the sea"
BY_PASSWORD, BY_FACTOR = "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/"
BY_PASSKEY = "/accounts/2fa/webauthn/reauthenticate/"
CHANGE_PASSWORD = "/accounts/password/change/"
NEW_PASSWORD = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

ACTS: dict[str, dict[str, str]] = {
    "/accounts/email/": {"email": "evil@example.org", "action_add": ""},
    "/accounts/2fa/totp/activate/": {"code": "000000"},
    "/accounts/2fa/totp/deactivate/": {},
    "/accounts/2fa/webauthn/add/": {"credential": "{}"},
    "/accounts/2fa/webauthn/keys/{passkey}/remove/": {},
    "/accounts/2fa/webauthn/keys/{passkey}/edit/": {"name": "Mine"},
    "/accounts/2fa/recovery-codes/generate/": {},
    CHANGE_PASSWORD: NEW_PASSWORD,
}


@pytest.fixture
def client(user: User) -> Client:
    """A browser that somebody left open."""
    client = Client()
    client.force_login(user)
    return client


def give_passkey(user: User) -> int:
    """A passkey of this user, as far as the pages about it look; its number."""
    passkey = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    return int(passkey.pk)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_sent_straight_away_changes_nothing_and_asks_for_the_factor(
    user: User, client: Client, act: str
) -> None:
    """T20, P13b: a session that was left open is not enough; nor is the password. A passkey is asked for first."""
    give_app(user)
    path = act.format(passkey=give_passkey(user))
    client.post(BY_PASSWORD, {"password": PASSWORD})
    before = stored_rows(*TABLES)
    response = client.post(path, ACTS[act])
    assert response.status_code == 302
    assert response.headers["Location"].startswith(BY_PASSKEY)
    assert stored_rows(*TABLES) == before
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("has_app", "has_passkey", "ways"),
    [
        (False, True, ["Use a passkey", "Use a recovery code"]),
        (True, True, ["Use a passkey", "Use a code from your app, or a recovery code"]),
        (True, False, ["Use a code from your app, or a recovery code"]),
        (False, False, ["Use your password"]),
    ],
)
def test_the_ways_are_those_that_the_account_has(user: User, has_app: bool, has_passkey: bool, ways: list[str]) -> None:
    """A passkey first; the password only where there is no factor."""
    if has_app:
        give_app(user)
    if has_passkey:
        give_passkey(user)
        RecoveryCodes.activate(user)
    assert [str(way["description"]) for way in get_adapter().get_reauthentication_methods(user)] == ways


@pytest.mark.parametrize("act", [act for act in ACTS if "deactivate" not in act and act != CHANGE_PASSWORD])
def test_without_a_factor_it_asks_for_the_password(user: User, client: Client, act: str) -> None:
    """Adding the first factor, too. (A new password asks for the old one beside it.)"""
    before = stored_rows(*TABLES)
    response = client.post(act.format(passkey=1), ACTS[act])
    assert response.headers["Location"].startswith(BY_PASSWORD)
    assert stored_rows(*TABLES) == before
    assert mail.outbox == []


@pytest.mark.parametrize("act", ACTS)
def test_nobody_who_is_not_signed_in_does_any_of_it(user: User, act: str) -> None:
    """P13b: whatever address or name stands in the request."""
    give_app(user)
    path = act.format(passkey=give_passkey(user))
    before = stored_rows(*TABLES)
    stranger = Client()
    answers: list[Any] = [
        stranger.get(path, {"email": user.email}),
        stranger.post(path, {**ACTS[act], "login": user.email, "user": str(user.pk), "password": PASSWORD}),
    ]
    for answer in answers:
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert stored_rows(*TABLES) == before
    assert mail.outbox == []


def test_a_new_password_without_a_factor_asks_for_the_old_one(user: User, client: Client) -> None:
    before = stored_rows(*TABLES)
    response = client.post(CHANGE_PASSWORD, {**NEW_PASSWORD, "oldpassword": "wrong password 1"})
    assert response.context["form"].errors["oldpassword"]
    assert stored_rows(*TABLES) == before
    assert client.post(CHANGE_PASSWORD, NEW_PASSWORD).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_with_the_factor_shown_a_new_password_is_set(user: User, client: Client) -> None:
    """And the way there leads back: the form is sent after the factor, not kept meanwhile."""
    secret = give_app(user)
    asked = client.post(CHANGE_PASSWORD, NEW_PASSWORD).headers["Location"]
    assert asked == f"{BY_FACTOR}?{urlencode({'next': CHANGE_PASSWORD})}"
    assert "Nothing was changed yet" in client.get(asked).content.decode()
    assert NEW not in str(dict(client.session.items())), "no password waits in the session"
    back = client.post(asked, {"code": app_code(secret), "next": CHANGE_PASSWORD})
    assert back.headers["Location"] == CHANGE_PASSWORD
    client.post(CHANGE_PASSWORD, NEW_PASSWORD)
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize(("seconds", "asks"), [(299, False), (301, True)])
def test_it_holds_for_five_minutes(
    user: User, client: Client, clock: time_machine.Traveller, seconds: int, asks: bool
) -> None:
    client.post(BY_PASSWORD, {"password": PASSWORD})
    clock.shift(timedelta(seconds=seconds))
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert bool(mail.outbox) is not asks


def test_a_factor_goes_only_by_a_factor(user: User, client: Client) -> None:
    """T20: by the app, or by a recovery code."""
    give_app(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    client.post(BY_FACTOR, {"code": code})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()


def test_staff_cannot_take_off_their_last_one_even_so() -> None:
    """T20: their pages open with one only."""
    user, client = factories.ClinicianFactory().user, Client()
    secret = give_app(user)
    client.force_login(user)
    client.post(BY_FACTOR, {"code": app_code(secret)})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
