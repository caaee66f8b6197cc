"""Whether someone has an account here is told to nobody (it says "takes LDN")."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests import factories

from .signing import type_password

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "known@example.org", "never@example.org"


def without_tokens(response: Any, email: str) -> tuple[int, str, str]:
    """Status, target and page, without what differs at every request or was typed."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return response.status_code, response.headers.get("Location", ""), body.replace(email, "typed")


def test_a_wrong_password_looks_like_an_unknown_address(hashes: list[str]) -> None:
    """T10: same bytes, one hash either way."""
    factories.PatientFactory(user__email=KNOWN)
    answers, work = [], []
    for email in (KNOWN, UNKNOWN):
        hashes.clear()
        answers.append(without_tokens(type_password(Client(), email, "wrong password 1"), email))
        work.append(len(hashes))
    assert answers[0] == answers[1]
    assert work == [1, 1]


@pytest.mark.parametrize("follow", [False, True])
def test_asking_for_a_new_password_tells_nothing(follow: bool) -> None:
    """T10: same bytes, one mail either way."""
    factories.PatientFactory(user__email=KNOWN)
    answers = []
    for email in (KNOWN, UNKNOWN):
        mail.outbox.clear()
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=follow)
        answers.append(without_tokens(response, email))
        assert [message.to for message in mail.outbox] == [[email]]
    assert answers[0] == answers[1]


def test_a_stranger_who_is_mailed_learns_how_to_go_on() -> None:
    Client().post("/accounts/password/reset/", {"email": UNKNOWN})
    assert "It has no account here" in str(mail.outbox[-1].body)
    assert "http" not in str(mail.outbox[-1].body)


def test_changing_to_a_taken_address_tells_nothing() -> None:
    factories.PatientFactory(user__email=KNOWN)
    answers = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        client.force_login(factories.PatientFactory().user)
        client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        response = client.post("/accounts/email/", {"email": email, "action_add": ""}, follow=True)
        answers.append(without_tokens(response, email))
    assert answers[0] == answers[1]
