"""A device that others use too: one tick at sign-in, and the session goes with the browser or after half an hour."""

from datetime import timedelta
from http.cookies import Morsel

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.models import User
from tests import factories
from tests.pages import form_of

from .signing import (
    APP_PAGE,
    CODE_PAGE,
    LOGIN,
    app_code,
    give_app,
    is_signed_in,
    mailed_code,
    sign_in_with_app,
    sign_in_with_mailed_code,
    type_password,
)

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
A_MONTH = 30 * 24 * 60 * 60  # seconds


def cookie(client: Client) -> "Morsel[str]":
    """The session's cookie as it was set last."""
    return client.cookies[settings.SESSION_COOKIE_NAME]


def ends_with_the_browser(client: Client) -> bool:
    """A cookie without an age is forgotten when the browser closes."""
    return (cookie(client)["max-age"], cookie(client)["expires"]) == ("", "")


def sign_in_with_code(client: Client, user: User, *, shared: bool) -> None:
    """Password and mailed code; no question about the device where it is shared."""
    type_password(client, user.email, shared=shared)
    response = client.post(CODE_PAGE, {"code": mailed_code()})
    assert (response.headers["Location"] == "/") is shared
    if not shared:
        client.post("/accounts/2fa/trust/", {"action": "skip"})


def test_the_tick_is_there_and_not_ticked() -> None:
    page = Client().get(LOGIN)
    assert "This is a shared device" in page.content.decode()
    assert "shared" not in form_of(page, "card-x")


def test_it_stays_ticked_after_a_wrong_password(user: User) -> None:
    page = type_password(Client(), user.email, "wrong password 1", shared=True)
    assert form_of(page, "card-x")["shared"] == "on"


def test_at_every_step_the_cookie_goes_with_the_browser(user: User) -> None:
    """From the password on, through the code, to every page afterwards."""
    client = Client()
    type_password(client, user.email, shared=True)
    assert ends_with_the_browser(client)
    client.post(CODE_PAGE, {"code": mailed_code()})
    assert ends_with_the_browser(client)
    assert is_signed_in(client)
    assert ends_with_the_browser(client)


def test_so_it_does_after_the_code_of_an_app(user: User) -> None:
    client = Client()
    sign_in_with_app(client, user.email, give_app(user), shared=True)
    assert ends_with_the_browser(client)
    assert is_signed_in(client)
    assert ends_with_the_browser(client)


def test_so_it_does_where_a_password_is_enough(user: User, settings: Settings) -> None:
    """In a demo, and on a device that was trusted before: signed in by the very first answer."""
    settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED = set()
    client = Client()
    type_password(client, user.email, shared=True)
    assert ends_with_the_browser(client)
    assert is_signed_in(client)
    assert ends_with_the_browser(client)


def test_it_ends_after_half_an_hour_without_a_click(user: User, clock: time_machine.Traveller) -> None:
    """P50: thirty minutes, for a patient, too."""
    client = Client()
    sign_in_with_code(client, user, shared=True)
    for wait, stays in ((29, True), (29, True), (31, False)):
        clock.shift(wait * MINUTE)
        assert is_signed_in(client) is stays
        assert stays is False or ends_with_the_browser(client)


def test_ones_own_phone_stays_signed_in_for_a_month(user: User, clock: time_machine.Traveller) -> None:
    client = Client()
    sign_in_with_code(client, user, shared=False)
    assert is_signed_in(client)
    assert cookie(client)["max-age"] == A_MONTH
    clock.shift(29 * DAY)
    assert is_signed_in(client)


def test_a_shared_device_is_never_called_ones_own(user: User) -> None:
    """Nobody is asked to trust it, and whoever sends that form all the same is not trusted."""
    client = Client()
    sign_in_with_code(client, user, shared=True)
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    client.post("/accounts/logout/")
    assert type_password(client, user.email).headers["Location"] == CODE_PAGE
    assert settings.MFA_TRUST_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize("shared", [True, False])
def test_each_sign_in_says_it_anew(user: User, shared: bool) -> None:
    """Whatever was ticked in the same browser before: signed out, or given up half-way."""
    client = Client()
    sign_in_with_code(client, user, shared=not shared)
    client.post("/accounts/logout/")
    type_password(client, user.email, shared=not shared)
    client.post("/accounts/logout/", {"next": LOGIN})  # "Cancel" of the code's page
    sign_in_with_code(client, user, shared=shared)
    assert is_signed_in(client)
    assert ends_with_the_browser(client) is shared


def test_a_try_that_was_given_up_leaves_nothing_to_the_next_person(user: User, clock: time_machine.Traveller) -> None:
    """The first one never signed out: they never were in."""
    client, other = Client(), factories.PatientFactory().user
    type_password(client, user.email, shared=True)
    session = client.session
    del session["account_login"]  # as if its fifteen minutes were over
    session.save()
    sign_in_with_mailed_code(client, other.email)
    assert is_signed_in(client)
    assert cookie(client)["max-age"] == A_MONTH


def test_the_key_changes_at_sign_in_and_the_cookie_is_for_the_server_alone(user: User) -> None:
    """T16."""
    client, secret = Client(), give_app(user)
    type_password(client, user.email, shared=True)
    before = cookie(client).value
    client.post(APP_PAGE, {"code": app_code(secret)})
    assert cookie(client).value != before
    assert (cookie(client)["httponly"], cookie(client)["samesite"]) == (True, "Lax")
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_signed_in(planted)
