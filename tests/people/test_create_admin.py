"""The command that makes a site's first admin."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from ldnapp.people.management.commands import create_admin
from ldnapp.people.models import Role, User

EMAIL = "first.admin@example.org"
GOOD = "a long walk by the sea"


def typing(monkeypatch: pytest.MonkeyPatch, *passwords: str) -> None:
    """Answer the prompts with these, one after the other."""
    answers: Iterator[str] = iter(passwords)
    monkeypatch.setattr(create_admin, "getpass", lambda prompt: next(answers))


@pytest.mark.django_db
def test_the_first_admin_is_made_with_a_verified_address(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, GOOD, GOOD)
    call_command("create_admin", EMAIL)
    admin = User.objects.get(email=EMAIL)
    assert admin.role == Role.ADMIN
    assert admin.check_password(GOOD)
    assert EmailAddress.objects.get(user=admin).verified


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "passwords", "why"),
    [
        (EMAIL, ("short", "short"), "at least 12"),
        (EMAIL, (GOOD, GOOD + "!"), "differ"),
        ("no address", (GOOD, GOOD), "valid email"),
    ],
)
def test_bad_input_makes_nobody(
    monkeypatch: pytest.MonkeyPatch, email: str, passwords: tuple[str, str], why: str
) -> None:
    typing(monkeypatch, *passwords)
    with pytest.raises(CommandError, match=why):
        call_command("create_admin", email)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, GOOD, GOOD, GOOD, GOOD)
    call_command("create_admin", EMAIL)
    with pytest.raises(CommandError, match="already"):
        call_command("create_admin", EMAIL.upper())
