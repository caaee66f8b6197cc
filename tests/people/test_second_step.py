"""The second step of signing in: what counts as one, for whom it is asked, and how often it may be guessed."""

from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.models import FactorReset, Role, User
from tests import factories
from tests.pages import words_of

from .signing import (
    APP_PAGE,
    CODE_PAGE,
    app_code,
    give_app,
    is_signed_in,
    sign_in_with_app,
    sign_in_with_mailed_code,
    type_password,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    made: User = factories.PatientFactory().user
    return made


def guess(user: User, code: str) -> bool:
    """Sign in with this code as the second step; whether it worked."""
    client = Client()
    type_password(client, user.email)
    client.post(APP_PAGE, {"code": code})
    return is_signed_in(client)


def test_a_code_is_known_as_used_behind_a_thousand_other_marks(user: User) -> None:
    """T21, P85: a cache that threw out old marks would let it in twice."""
    secret = give_app(user)
    with time_machine.travel("2026-03-02 09:00:01Z", tick=False):
        code = app_code(secret)
        assert guess(user, code)
        cache.set_many({f"limiter-{number}": number for number in range(1_000)})
        assert not guess(user, code)


def test_a_code_is_of_its_own_half_minute(user: User) -> None:
    """T21: not of the one before, nor of the next."""
    secret = give_app(user)
    with time_machine.travel("2026-03-02 09:00:01Z", tick=False) as clock:
        code = app_code(secret)
        clock.move_to("2026-03-02 09:00:31Z")
        assert not guess(user, code)
        clock.move_to("2026-03-02 08:59:59Z")
        assert not guess(user, code)


def test_a_recovery_code_works_once(user: User) -> None:
    """T22."""
    give_app(user)
    code, other = RecoveryCodes.activate(user).get_unused_codes()[:2]
    assert [guess(user, each) for each in (code, code, other)] == [True, False, True]


def test_the_sixth_guess_of_a_recovery_code_is_not_looked_at(user: User) -> None:
    """T22: not even the right one, and from no other address either."""
    give_app(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    assert [guess(user, f"{number:08}") for number in range(5)] == [False] * 5
    client = Client(REMOTE_ADDR="198.51.100.9")
    type_password(client, user.email)
    page = client.post(APP_PAGE, {"code": code})
    assert "Too many" in page.content.decode()
    assert not is_signed_in(client)
    assert code in RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()


def test_one_who_guesses_codes_does_not_block_a_colleague(user: User) -> None:
    """P47: the same address, another account."""
    give_app(user)
    for _ in range(6):
        guess(user, "000000")
    colleague = factories.ClinicianFactory().user
    assert guess(colleague, app_code(give_app(colleague)))


def test_a_device_is_trusted_with_one_account(user: User) -> None:
    """D5: the next person at this browser is mailed a code."""
    client, other = Client(), factories.PatientFactory().user
    sign_in_with_mailed_code(client, user.email, trust=True)
    client.post("/accounts/logout/")
    assert type_password(client, other.email).headers["Location"] == CODE_PAGE
    assert not is_signed_in(client)


def test_a_forged_mark_of_trust_is_none(user: User, settings: Settings) -> None:
    client = Client()
    client.cookies[settings.MFA_TRUST_COOKIE_NAME] = '[["0", 9999999999]]:forged'
    assert type_password(client, user.email).headers["Location"] == CODE_PAGE


def test_trust_from_before_a_factor_does_not_come_back_with_its_end(user: User) -> None:
    """T20: enrolling kills it for good; a stolen browser is a stranger ever after."""
    stolen, own = Client(), Client()
    with time_machine.travel("2026-03-02 09:00:01Z"):
        sign_in_with_mailed_code(stolen, user.email, trust=True)
        stolen.post("/accounts/logout/")
        secret = give_app(user)
    with time_machine.travel("2026-03-02 10:00:01Z"):
        sign_in_with_app(own, user.email, secret)
    with time_machine.travel("2026-03-02 10:01:01Z"):
        own.post("/accounts/2fa/reauthenticate/", {"code": app_code(secret)})
        own.post("/accounts/2fa/totp/deactivate/")
        own.post("/accounts/logout/")
        assert not Authenticator.objects.filter(user=user).exists()
        assert type_password(stolen, user.email).headers["Location"] == CODE_PAGE
    with time_machine.travel("2026-03-02 10:05:01Z"):
        sign_in_with_mailed_code(own, user.email, trust=True)
        own.post("/accounts/logout/")
        assert type_password(own, user.email).headers["Location"] == "/", "trust that was given since holds"


@pytest.mark.parametrize(
    ("role", "path"), [(Role.CLINICIAN, "/clinic/"), (Role.ADMIN, "/admin/"), (Role.ADMIN, "/admin/people/user/")]
)
def test_staff_see_nothing_before_they_have_one(role: Role, path: str, settings: Settings) -> None:
    """And in a demo, which is off, they do; each page of it says so."""
    person: Any = factories.ClinicianFactory().user if role == Role.CLINICIAN else factories.UserFactory(role=role)
    client = Client()
    client.force_login(person)
    for answer in (client.get(path), client.post(path)):
        assert answer.headers["Location"] == "/accounts/2fa/"
    assert "open only with one" in client.get("/accounts/2fa/").content.decode()
    RecoveryCodes.activate(person)
    assert client.get(path).status_code == 302, "recovery codes alone are none"
    settings.REQUIRE_SECOND_FACTOR, settings.DEMO = False, True
    assert client.get(path).status_code == 200
    assert "Second factor and mailed codes are off" in client.get("/accounts/2fa/").content.decode()


def test_a_patient_needs_none(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert client.get("/diary/").status_code == 200


def asked(user: User) -> FactorReset:
    """A reset that an admin asked for."""
    reset: FactorReset = FactorReset.objects.create(user=user, asked_by=factories.UserFactory(role=Role.ADMIN))
    return reset


def test_whoever_gets_in_stops_the_reset_of_their_factor(user: User) -> None:
    """T6: the password alone does not."""
    reset, secret, client = asked(user), give_app(user), Client()
    type_password(client, user.email)
    reset.refresh_from_db()
    assert reset.cancelled_at is None
    client.post(APP_PAGE, {"code": app_code(secret)})
    reset.refresh_from_db()
    assert reset.cancelled_at is not None


def test_who_stopped_a_reset_by_signing_in_is_told(user: User, django_capture_on_commit_callbacks: Any) -> None:
    """T6: on the page, once, and by a mail: the owner may not be who signed in."""
    asked(user)
    secret, client = give_app(user), Client()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in_with_app(client, user.email, secret)
    assert "was stopped, because you signed in." in client.get("/diary/").content.decode()
    assert "was stopped" not in client.get("/diary/").content.decode()
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert "It was not you?" in str(mail.outbox[0].body)


def test_an_account_without_a_passkey_is_offered_none(user: User) -> None:
    give_app(user)
    client = Client()
    type_password(client, user.email)
    page = words_of(client.get(APP_PAGE))
    assert "Six digits from the app, or a recovery code" in page
    assert "Lost all of these? Ask whoever made your account." in page
    assert "passkey" not in page


def test_a_wrong_code_is_said_in_plain_words(user: User) -> None:
    give_app(user)
    client = Client()
    type_password(client, user.email)
    assert "This code is not right. Please check it." in words_of(client.post(APP_PAGE, {"code": "000000"}))


@pytest.mark.parametrize(("role", "what"), [(Role.CLINICIAN, "diaries open"), (Role.ADMIN, "people and links open")])
def test_staff_are_told_why_they_are_asked_to_add_one(role: Role, what: str) -> None:
    """With the way to it; once they have one the page says nothing of it, and the codes lead home."""
    person: Any = factories.ClinicianFactory().user if role == Role.CLINICIAN else factories.UserFactory(role=role)
    client = Client()
    client.force_login(person)
    page = client.get("/accounts/2fa/")
    assert "Add a second factor first:" in words_of(page)
    assert f"{what} after that" in words_of(page)
    give_app(person)
    assert "Add a second factor first:" not in words_of(client.get("/accounts/2fa/"))
    factories.show_again(client)
    RecoveryCodes.activate(person)
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert '<a class="btn btn-primary btn-wide" href="/">Go on</a>' in codes


def test_a_reset_that_was_done_stands_in_nobodys_way(user: User) -> None:
    reset = asked(user)
    FactorReset.objects.filter(pk=reset.pk).update(done_at=reset.asked_at)
    client = Client()
    sign_in_with_mailed_code(client, user.email)
    assert is_signed_in(client)
    reset.refresh_from_db()
    assert reset.cancelled_at is None
