"""Forgotten and first passwords: a mailed link, to the account's own address and nowhere else."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.people.accounts import create_clinician, create_patient
from ldnapp.people.models import User
from tests import factories
from tests.factories import PASSWORD

from .signing import is_signed_in, mailed_link, sign_in_with_mailed_code, type_password

pytestmark = pytest.mark.django_db
RESET = "/accounts/password/reset/"
NEW = "a long walk by the sea"


def set_password(client: Client, link: str, password: str = NEW) -> Any:
    """Open the link and send the form behind it."""
    page = client.get(link)
    assert page.status_code == 302, "the key leaves the address bar at once"
    return client.post(page.headers["Location"], {"password1": password, "password2": password})


def test_a_forgotten_password_is_set_by_the_mailed_link() -> None:
    user, client = factories.PatientFactory().user, Client()
    response = client.post(RESET, {"email": user.email})
    assert response.headers["Location"] == "/accounts/password/reset/done/"
    assert [message.to for message in mail.outbox] == [[user.email]]
    set_password(client, mailed_link())
    assert not is_signed_in(client), "a link signs nobody in"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert mail.outbox[-1].subject == "Your password was set"


@pytest.mark.parametrize("role", ["patient", "clinician"])
def test_whoever_an_admin_has_just_made_gets_in_with_a_verified_address(role: str) -> None:
    """The account waits without a password; the link and the first code show whose address it is."""
    email = "new.person@example.org"
    if role == "patient":
        create_patient(email, name="Ash New", date_of_birth=factories.BORN)
    else:
        create_clinician(email, "Dr New")
    assert not EmailAddress.objects.get(email=email).verified
    client = Client()
    client.post(RESET, {"email": email})
    set_password(client, mailed_link())
    sign_in_with_mailed_code(client, email, NEW)
    assert is_signed_in(client)
    assert EmailAddress.objects.get(email=email).verified


def test_a_link_works_once_and_for_an_hour(settings: Settings) -> None:
    """P49: the mail says what the setting says."""
    assert settings.PASSWORD_RESET_TIMEOUT == 60 * 60
    user, client = factories.PatientFactory().user, Client()
    client.post(RESET, {"email": user.email})
    link = mailed_link()
    assert "once, for one hour" in str(mail.outbox[-1].body)
    set_password(client, link)
    assert "no longer works" in Client().get(link).content.decode()
    client.post(RESET, {"email": user.email})
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "no longer works" in Client().get(mailed_link()).content.decode()


def test_opening_the_link_changes_nothing() -> None:
    """P15: mail scanners open links."""
    user, client = factories.PatientFactory().user, Client()
    client.post(RESET, {"email": user.email})
    for _ in range(5):
        Client().get(mailed_link(), follow=True)
        Client().head(mailed_link())
    set_password(client, mailed_link())
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize("password", ["short pass", "x" * 129, "password123456", "person77@example.org"])
def test_a_weak_password_is_refused_beside_its_field(password: str) -> None:
    user, client = factories.PatientFactory(user__email="person77@example.org").user, Client()
    client.post(RESET, {"email": user.email})
    response = set_password(client, mailed_link(), password)
    assert response.context["form"].errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_reset_ends_other_sessions_and_skips_no_second_step() -> None:
    """V7.4: whoever had got in is out, and a mailed link alone opens no diary."""
    user, thief, client = factories.PatientFactory().user, Client(), Client()
    thief.force_login(user)
    client.post(RESET, {"email": user.email})
    set_password(client, mailed_link())
    assert not is_signed_in(thief)
    assert type_password(client, user.email, NEW).headers["Location"] == "/accounts/login/code/confirm/"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_link_leads_to_the_configured_address(settings: Settings, host: str) -> None:
    """T24: whatever Host, X-Forwarded-Host or scheme a request names."""
    settings.BASE_URL = "https://diary.example.org"
    user = factories.PatientFactory().user
    headers = {"host": host, "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
    Client(headers=headers).post(RESET, {"email": user.email})
    assert mailed_link().startswith("https://diary.example.org/accounts/password/reset/key/")
    assert "evil" not in str(mail.outbox[-1].message())


def test_a_strange_host_is_refused() -> None:
    user = factories.PatientFactory().user
    assert Client(headers={"host": "evil.example"}).post(RESET, {"email": user.email}).status_code == 400
    assert mail.outbox == []


def test_a_locked_account_gets_no_link() -> None:
    user = factories.PatientFactory().user
    User.objects.update(is_active=False)
    Client().post(RESET, {"email": user.email})
    assert all("/reset/key/" not in str(message.body) for message in mail.outbox)


def test_a_reset_mail_names_nobody() -> None:
    """No name and no word of health: mail is read by others."""
    patient = factories.PatientFactory(name="Ash Named")
    Client().post(RESET, {"email": patient.user.email})
    body = str(mail.outbox[-1].body)
    assert not re.search("Ash|diary|dose|naltrexone|pain|prescriber", body, re.IGNORECASE)
