"""Pre-hijacking: somebody was here first with the owner's address, and ends with nothing (arXiv 2205.10174)."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.models import User
from tests import factories
from tests.pages import words_of

from .signing import LOGIN, is_signed_in, mailed_code, mailed_link, sign_in_with_mailed_code, type_password
from .test_signup import CONFIRM, SIGNUP, THEIRS, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def _open_to_all(settings: Settings) -> None:
    """The worst case: a stranger needs no invitation for the owner's address."""
    settings.OPEN_SIGNUP = True


@pytest.fixture
def stranger(_open_to_all: None) -> Client:
    """A browser in which a stranger has signed up with the owner's address; the code went to the owner."""
    client = Client()
    sign_up(client, password1="the stranger knows this")
    return client


def owner_sets_a_new_password(owner: Client) -> None:
    """ "Forgotten password", the mailed link, a new password."""
    owner.post("/accounts/password/reset/", {"email": THEIRS})
    response: Any = owner.get(mailed_link().removeprefix("http://localhost"), follow=True)
    path = response.redirect_chain[-1][0]
    done = owner.post(path, {"password1": factories.PASSWORD, "password2": factories.PASSWORD})
    assert done.headers["Location"] == "/accounts/password/reset/key/done/"
    owner.post("/accounts/logout/")  # "Cancel" on the page that waits for a code
    cache.clear()  # else it is ten seconds too early for a second mail to one address


def assert_has_nothing(stranger: Client) -> None:
    """Neither the session that was begun, nor the password, nor another browser opens the account."""
    for path in ("/diary/", "/sharing/", "/accounts/2fa/", "/accounts/email/"):
        assert stranger.get(path).status_code == 302
    assert not is_signed_in(stranger)
    response = type_password(Client(), THEIRS, "the stranger knows this")
    assert response.status_code == 200
    assert "do not go together" in words_of(response)


def test_classic_a_strangers_password_is_gone_once_the_owner_resets(stranger: Client) -> None:
    """T9: the owner learns by mail that there is an account, and takes it with everything."""
    owner = Client()
    cache.clear()  # else it is ten seconds too early for a second mail to one address
    assert sign_up(owner).redirect_chain == [(CONFIRM, 302)]
    assert "It has one already" in str(mail.outbox[-1].body)
    owner_sets_a_new_password(owner)
    sign_in_with_mailed_code(owner, THEIRS, factories.PASSWORD)
    assert is_signed_in(owner)
    assert EmailAddress.objects.get(email=THEIRS).verified
    assert_has_nothing(stranger)


def test_without_the_mailed_code_a_stranger_gets_no_session(stranger: Client) -> None:
    """T9, unexpired session: there is none before the address is confirmed, by whatever way they try."""
    assert not is_signed_in(stranger)
    other = Client()
    other.post(LOGIN, {"login": THEIRS, "password": "the stranger knows this"})
    assert not is_signed_in(other)
    assert not UserSession.objects.exists()


def test_a_sign_up_left_waiting_does_not_open_after_the_owner_confirmed(stranger: Client) -> None:
    """T9, unexpired session: the waiting session is not let in by somebody else's confirmation."""
    owner = Client()
    owner_sets_a_new_password(owner)
    sign_in_with_mailed_code(owner, THEIRS, factories.PASSWORD)
    for path in (CONFIRM, LOGIN, SIGNUP, "/accounts/login/code/confirm/", "/accounts/2fa/trust/"):
        stranger.get(path, follow=True)
        stranger.post(path, {"code": "WRO-NGG", "action": "skip"})
        assert not is_signed_in(stranger)


def test_trojan_identifier_a_stranger_adds_nothing_to_an_unconfirmed_account(stranger: Client) -> None:
    """T9: no address, passkey or app of theirs waits in it, and the code can't be sent elsewhere."""
    stranger.post(CONFIRM, {"action": "change", "email": "stranger@example.org"})
    stranger.post("/accounts/email/", {"action_add": "", "email": "stranger@example.org"})
    stranger.get("/accounts/2fa/webauthn/add/")
    stranger.get("/accounts/2fa/totp/activate/")
    owner = User.objects.get(email=THEIRS)
    assert [address.email for address in EmailAddress.objects.all()] == [THEIRS]
    assert not Authenticator.objects.filter(user=owner).exists()
    assert [message.to for message in mail.outbox] == [[THEIRS]]


@pytest.mark.usefixtures("_open_to_all")
def test_unexpired_change_a_stranger_who_asked_for_the_address_gets_it_no_more() -> None:
    """T9: a change of address that was begun before the owner signed up comes to nothing."""
    stranger, theirs = Client(), factories.PatientFactory().user
    stranger.force_login(theirs)
    stranger.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    stranger.post("/accounts/email/", {"email": THEIRS, "action_add": ""})
    code = mailed_code()
    owner = Client()
    cache.clear()  # as above
    sign_up(owner)
    owner.post(CONFIRM, {"code": mailed_code()})
    stranger.post(CONFIRM, {"code": code})
    confirmed = EmailAddress.objects.get(email=THEIRS, verified=True)
    assert confirmed.user.email == THEIRS
    assert confirmed.user != theirs
    theirs.refresh_from_db()
    assert theirs.email != THEIRS
