"""Guessing passwords: five wrong ones an account and address, whoever answers and whatever a header says."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests import factories
from tests.parallel import at_once

from .signing import CODE_PAGE, type_password

WRONG, TOO_MANY = "wrong password 1", "Too many"
HOME, CLINIC = "203.0.113.7", "198.51.100.9"


def guess(email: str, address: str = HOME, **headers: str) -> bool:
    """Try a wrong password from this address; whether it was looked at (else: too many tries)."""
    response = type_password(Client(REMOTE_ADDR=address, headers=headers), email, WRONG)
    assert response.status_code in {200, 429}
    return TOO_MANY not in response.content.decode()


def gets_in(email: str, address: str) -> bool:
    """Whether the right password leads on from this address."""
    response = type_password(Client(REMOTE_ADDR=address), email)
    return bool(response.headers.get("Location") == CODE_PAGE)


@pytest.mark.django_db
def test_the_sixth_wrong_password_is_not_looked_at() -> None:
    user = factories.PatientFactory().user
    assert [guess(user.email) for _ in range(8)] == [True] * 5 + [False] * 3
    assert not gets_in(user.email, HOME)


@pytest.mark.django_db
def test_a_forwarding_header_changes_nothing() -> None:
    """P47, P84, T23: without a proxy of ours nobody's word on the address is taken."""
    user = factories.PatientFactory().user
    tries = [guess(user.email, **{"x-forwarded-for": f"192.0.2.{n}", "x-real-ip": f"192.0.2.{n}"}) for n in range(8)]
    assert tries == [True] * 5 + [False] * 3


@pytest.mark.django_db
def test_behind_our_proxy_only_its_own_word_counts(settings: Settings) -> None:
    """P47: what a client writes into the header stands before what the proxy adds."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = factories.PatientFactory().user
    tries = [guess(user.email, CLINIC, **{"x-forwarded-for": f"192.0.2.{n}, {HOME}"}) for n in range(8)]
    assert tries == [True] * 5 + [False] * 3
    assert guess(user.email, CLINIC, **{"x-forwarded-for": CLINIC})


@pytest.mark.django_db
def test_one_who_forgot_does_not_shut_the_clinic_out() -> None:
    """P47: a colleague at the same address gets in."""
    user, colleague = factories.ClinicianFactory().user, factories.ClinicianFactory().user
    for _ in range(8):
        guess(user.email, CLINIC)
    assert gets_in(colleague.email, CLINIC)


@pytest.mark.django_db
def test_a_stranger_does_not_lock_a_patient_out() -> None:
    """The lock is on account and address: from home the owner gets in."""
    user = factories.PatientFactory().user
    for _ in range(8):
        guess(user.email, CLINIC)
    assert gets_in(user.email, HOME)


@pytest.mark.django_db
def test_one_address_has_thirty_wrong_tries_a_minute() -> None:
    """Guesses spread over accounts are slowed, too."""
    emails = [factories.PatientFactory().user.email for _ in range(8)]
    tries = [guess(email) for email in emails for _ in range(4)]
    assert tries == [True] * 30 + [False] * 2


@pytest.mark.django_db
def test_the_right_password_does_not_give_tries_back() -> None:
    """A success in between would let a guesser go on for ever."""
    user = factories.PatientFactory().user
    for _ in range(4):
        guess(user.email)
    assert gets_in(user.email, HOME)
    assert [guess(user.email) for _ in range(2)] == [True, False]


@pytest.mark.usefixtures("_counters")
def test_twenty_tries_at_once_count_as_twenty() -> None:
    """P84, T23: read and written under a lock, in a table that all workers share."""
    user = factories.PatientFactory().user
    tries: list[Callable[[], bool]] = [partial(guess, user.email)] * 20
    looked_at = sum(at_once(tries))
    while guess(user.email):  # one that had to wait too long for the lock was refused, and not counted
        looked_at += 1
    assert looked_at == 5
