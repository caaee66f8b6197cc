"""A sign-in that waits for its second step: what ends one's sessions ends it too."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from ldnapp.people import accounts
from ldnapp.people.models import Event, EventKind, Role, User
from tests import factories
from tests.factories import PASSWORD
from tests.pages import words_of

from .signing import (
    APP_PAGE,
    CODE_PAGE,
    LOGIN,
    TRUST_PAGE,
    app_code,
    give_app,
    is_signed_in,
    mailed_code,
    mailed_link,
    type_password,
)

pytestmark = pytest.mark.django_db
NEW = "a long walk by the sea"


@pytest.fixture
def user() -> User:
    made: User = factories.PatientFactory().user
    return made


def set_a_new_one(user: User) -> None:
    """The owner, signed in somewhere, changes the password."""
    owner = Client()
    owner.force_login(user)
    factories.show_again(owner)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    owner.post("/accounts/password/change/", form)
    assert User.objects.get(pk=user.pk).check_password(NEW)


def reset_by_mail(user: User) -> None:
    """The owner sets a new password by a mailed link."""
    owner = Client()
    owner.post("/accounts/password/reset/", {"email": user.email})
    page = owner.get(mailed_link().removeprefix("http://localhost"), follow=True).redirect_chain[-1][0]
    assert owner.post(page, {"password1": NEW, "password2": NEW}).headers["Location"].endswith("/done/")


def lock_and_unlock(user: User) -> None:
    """An admin shuts everyone out, and lets the owner in again."""
    admin = factories.UserFactory(role=Role.ADMIN)
    for is_locked in (True, False):
        assert accounts.set_lock(user, is_locked=is_locked, by=admin)


def lock(user: User) -> None:
    accounts.set_lock(user, is_locked=True, by=factories.UserFactory(role=Role.ADMIN))


ENDS = [set_a_new_one, reset_by_mail, lock_and_unlock, lock]


@pytest.mark.parametrize("end", ENDS)
def test_one_that_waits_for_its_mailed_code_is_over(user: User, end: Callable[[User], None]) -> None:
    """T9: who had the old password and reads the mail does not get in after it was changed."""
    stranger = Client()
    type_password(stranger, user.email)
    code = mailed_code()
    end(user)
    stranger.post(CODE_PAGE, {"code": code})
    stranger.post(TRUST_PAGE, {"action": "skip"})
    assert not is_signed_in(stranger)
    assert not Event.objects.filter(kind=EventKind.SIGNED_IN, subject=user.event_id, detail__contains="code").exists()


@pytest.mark.parametrize("end", ENDS)
def test_one_that_waits_for_the_app_is_over(user: User, end: Callable[[User], None]) -> None:
    """T9."""
    secret, stranger = give_app(user), Client()
    type_password(stranger, user.email)
    end(user)
    stranger.post(APP_PAGE, {"code": app_code(secret)})
    assert not is_signed_in(stranger)


def test_it_is_said_why_and_signing_in_anew_works(user: User) -> None:
    """The owner may be the one who waited, on another device."""
    secret, browser = give_app(user), Client()
    type_password(browser, user.email)
    lock_and_unlock(user)
    answer = browser.post(APP_PAGE, {"code": app_code(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == LOGIN
    assert "your account was changed meanwhile" in words_of(answer)
    Authenticator.objects.filter(user=user).delete()
    type_password(browser, user.email)
    browser.post(CODE_PAGE, {"code": mailed_code()})
    browser.post(TRUST_PAGE, {"action": "skip"})
    assert is_signed_in(browser)


def test_a_password_alone_does_not_come_in_when_the_factor_goes_meanwhile(user: User) -> None:
    """T9, T6: none of the pages lets it skip its step."""
    give_app(user)
    stranger = Client()
    type_password(stranger, user.email)
    Authenticator.objects.filter(user=user).delete()
    for path in (APP_PAGE, TRUST_PAGE, CODE_PAGE, LOGIN, "/accounts/confirm-email/", "/accounts/2fa/webauthn/login/"):
        stranger.get(path)
        stranger.post(path, {"code": "000000", "action": "skip"})
        assert not is_signed_in(stranger), path
