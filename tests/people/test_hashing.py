"""A password costs a worker the better part of a second: one at a time, and never for nothing."""

from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client

from ldnapp.people import backend
from ldnapp.people.accounts import create_patient
from ldnapp.people.models import User
from tests import factories
from tests.parallel import at_once

from .signing import CODE_PAGE, type_password

SHORT = 0.05  # seconds: a wait that a test can afford
TAKES = 0.02  # seconds: long enough for others to come in between


class SlowHasher:
    """Stands in for a hash that takes its time, and counts how many are done at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.at_once = self.most_at_once = 0
        self.has_begun, self.may_end = Event(), Event()
        self.may_end.set()
        encode = MD5PasswordHasher.encode

        def slowly(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.has_begun.set()
            sleep(TAKES)
            self.may_end.wait(timeout=10)
            encoded = encode(hasher, password, salt)
            self.at_once -= 1
            self.done.append(password)
            return encoded

        monkeypatch.setattr(MD5PasswordHasher, "encode", slowly)


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> SlowHasher:
    return SlowHasher(monkeypatch)


@pytest.fixture
def user(transactional_db: None) -> Any:
    """Somebody with an account; the cache's counters go with the test."""
    made: User = factories.PatientFactory().user
    yield made
    cache.clear()


def test_a_worker_hashes_one_password_at_a_time(user: User, hasher: SlowHasher) -> None:
    """T30: five people sign in at once; each gets in, one after the other."""
    answers = at_once([lambda: type_password(Client(), user.email)] * 5)
    assert [answer.headers.get("Location") for answer in answers] == [CODE_PAGE] * 5
    assert len(hasher.done) == 5
    assert hasher.most_at_once == 1


def test_whoever_would_wait_for_long_is_told_to_come_back(
    user: User, hasher: SlowHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: and is not counted as having guessed: no password was looked at."""
    monkeypatch.setattr(backend, "WAIT", SHORT)
    hasher.may_end.clear()
    first: list[Any] = []

    def sign_in() -> None:
        first.append(type_password(Client(), user.email))
        connection.close()

    thread = Thread(target=sign_in)
    thread.start()
    assert hasher.has_begun.wait(timeout=10)
    busy = [type_password(Client(), user.email) for _ in range(7)]
    hasher.may_end.set()
    thread.join(timeout=10)
    assert {answer.status_code for answer in busy} == {429}
    assert "Too many tries" in busy[0].content.decode()
    assert first[0].headers["Location"] == CODE_PAGE
    assert type_password(Client(), user.email).headers["Location"] == CODE_PAGE


def test_a_new_password_waits_its_turn_too(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "WAIT", SHORT)
    client = Client()
    client.force_login(user)
    new = "a long walk by the sea"
    form = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    with backend.one_hash(None):
        assert client.post("/accounts/password/change/", form).status_code == 429
    assert client.post("/accounts/password/change/", form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_a_password_that_is_too_long_is_never_hashed(hasher: SlowHasher, is_known: bool) -> None:
    """T30, T10: a megabyte costs nothing, and answers as any wrong one does."""
    email = factories.PatientFactory().user.email if is_known else "never@example.org"
    hasher.done.clear()
    response = type_password(Client(), email, "x" * 129)
    assert "do not go together" in response.content.decode()
    assert hasher.done == []
    type_password(Client(), email, "x" * 128)
    assert len(hasher.done) == 1


@pytest.mark.django_db
def test_an_account_that_waits_for_its_password_costs_a_hash_too(hasher: SlowHasher) -> None:
    """T10: made by an admin, not yet answered."""
    patient = create_patient("new.person@example.org", name="Ash New", date_of_birth=factories.BORN)
    hasher.done.clear()
    assert "do not go together" in type_password(Client(), patient.user.email, "wrong password 1").content.decode()
    assert len(hasher.done) == 1
