"""Signing in: what is asked of whom, and where it leads."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.models import Role, User
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
    sign_in_with_mailed_code,
    type_password,
)

pytestmark = pytest.mark.django_db


def person(role: Role) -> User:
    """Someone of this role, as the site makes them."""
    factory: Any = {Role.PATIENT: factories.PatientFactory, Role.CLINICIAN: factories.ClinicianFactory}.get(role)
    user: User = factory().user if factory else factories.UserFactory(role=role)
    return user


def test_a_password_alone_signs_nobody_in() -> None:
    """D5: outside a demo a mailed code follows, for as long as there is no second factor."""
    user, client = factories.PatientFactory().user, Client()
    assert type_password(client, user.email).headers["Location"] == CODE_PAGE
    assert not is_signed_in(client)
    assert mail.outbox[-1].to == [user.email]
    assert client.post(CODE_PAGE, {"code": "WRO-NGG"}).status_code == 200
    assert not is_signed_in(client)
    client.post(CODE_PAGE, {"code": mailed_code()})
    assert not is_signed_in(client)
    client.post(TRUST_PAGE, {"action": "skip"})
    assert is_signed_in(client)


def test_the_code_is_in_no_address_and_no_subject() -> None:
    user, client = factories.PatientFactory().user, Client()
    response = type_password(client, user.email)
    assert mailed_code() not in response.headers["Location"]
    assert mailed_code() not in mail.outbox[-1].subject


def test_a_wrong_code_again_and_again_ends_the_attempt() -> None:
    user, client = factories.PatientFactory().user, Client()
    type_password(client, user.email)
    code = mailed_code()
    for _ in range(5):
        client.post(CODE_PAGE, {"code": "WRO-NGG"})
    client.post(CODE_PAGE, {"code": code})
    assert not is_signed_in(client)


def test_on_ones_own_device_the_password_is_enough_the_next_time() -> None:
    user, client = factories.PatientFactory().user, Client()
    sign_in_with_mailed_code(client, user.email, trust=True)
    client.post("/accounts/logout/")
    assert type_password(client, user.email).headers["Location"] == "/"
    assert is_signed_in(client)


def test_the_app_is_asked_for_even_on_a_trusted_device() -> None:
    """T20: trust was given to a mailed code, before there was a factor."""
    user, client = factories.PatientFactory().user, Client()
    sign_in_with_mailed_code(client, user.email, trust=True)
    client.post("/accounts/logout/")
    give_app(user)
    assert type_password(client, user.email).headers["Location"] == APP_PAGE
    assert not is_signed_in(client)


def test_with_an_app_its_code_is_asked_for_and_no_mail_is_sent() -> None:
    user, client = factories.ClinicianFactory().user, Client()
    secret = give_app(user)
    assert type_password(client, user.email).headers["Location"] == APP_PAGE
    client.post(APP_PAGE, {"code": app_code(secret)})
    assert is_signed_in(client)
    assert mail.outbox == []


def test_a_code_of_the_app_works_once() -> None:
    """P85, T21: read over a shoulder, it opens nothing more."""
    user = factories.ClinicianFactory().user
    secret = give_app(user)
    first, second = Client(), Client()
    code = app_code(secret)
    for client in (first, second):
        type_password(client, user.email)
        client.post(APP_PAGE, {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_in_a_demo_the_password_is_enough(settings: Settings) -> None:
    settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED = set()
    user, client = factories.PatientFactory().user, Client()
    assert type_password(client, user.email).headers["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("fact", [{"is_demo": True}, {"is_active": False}])
def test_a_demo_account_or_a_locked_one_is_turned_away(fact: dict[str, bool]) -> None:
    """D11: no code is mailed, an old session is over, and only who knows the password learns why."""
    user = factories.PatientFactory().user
    old = Client()
    old.force_login(user)
    assert is_signed_in(old)
    User.objects.filter(pk=user.pk).update(**fact)
    assert not is_signed_in(old)
    assert type_password(Client(), user.email).headers["Location"] == "/accounts/inactive/"
    assert type_password(Client(), user.email, "wrong password 1").status_code == 200
    assert mail.outbox == []


def test_in_a_demo_its_accounts_sign_in(settings: Settings) -> None:
    settings.DEMO = True
    settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED = set()
    user, client = factories.PatientFactory(user__is_demo=True).user, Client()
    type_password(client, user.email)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("role", "home"), [(Role.PATIENT, "/diary/"), (Role.CLINICIAN, "/clinic/"), (Role.ADMIN, "/admin/")]
)
def test_everyone_comes_home(role: Role, home: str) -> None:
    """P66: each role signs in and opens its first page; nothing had to be granted."""
    user = person(role)
    client, secret = Client(), give_app(user)
    type_password(client, user.email)
    response = client.post(APP_PAGE, {"code": app_code(secret)}, follow=True)
    assert response.redirect_chain[-1][0] == home
    assert response.status_code == 200


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ADMIN])
def test_staff_without_a_second_factor_are_led_to_add_one(role: Role) -> None:
    user, client = person(role), Client()
    response = sign_in_with_mailed_code(client, user.email)
    response = client.get(response.headers["Location"], follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/"
    assert response.status_code == 200


def test_nobody_makes_an_account_alone() -> None:
    client = Client()
    form = {"email": "me@example.org", "password1": "a long walk by the sea"}
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", form)):
        assert response.templates[0].name == "account/signup_closed.html"
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_off_the_site(target: str) -> None:
    """T24."""
    user, client = factories.PatientFactory().user, Client()
    secret = give_app(user)
    client.post(f"{LOGIN}?next={target}", {"login": user.email, "password": PASSWORD, "next": target})
    response = client.post(f"{APP_PAGE}?next={target}", {"code": app_code(secret), "next": target})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("path", [LOGIN, "/accounts/logout/", "/accounts/password/reset/"])
def test_a_form_that_comes_from_elsewhere_is_refused(path: str) -> None:
    """T16: signing in and out need a token, too."""
    user = factories.PatientFactory().user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    response = client.post(path, {"login": user.email, "password": PASSWORD, "email": user.email})
    assert response.status_code in ({403} if path != LOGIN else {302, 403})
    assert is_signed_in(client)
    assert mail.outbox == []


def test_signing_out_needs_a_post() -> None:
    client = Client()
    client.force_login(factories.PatientFactory().user)
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("is_open", [True, False])
def test_the_sign_in_page_leads_to_an_invitation_and_where_it_may_to_an_account(
    settings: Settings, is_open: bool
) -> None:
    settings.OPEN_SIGNUP = is_open
    page = Client().get(LOGIN).content.decode()
    assert 'href="/invited/">I have an invitation code</a>' in page
    assert ('href="/accounts/signup/">Make an account</a>' in page) is is_open


def test_a_page_for_a_code_says_how_long_it_works(settings: Settings) -> None:
    """The settings' own minutes."""
    user, client = factories.PatientFactory().user, Client()
    type_password(client, user.email)
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    assert f"It works for {minutes} minutes." in words_of(client.get(CODE_PAGE))
