"""Every mail: listed, short, about no one's health, and true about the times that it names."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account import app_settings
from django.conf import settings

from ldnapp.access.models.invitation import LIFE
from ldnapp.people.models.factor_reset import WAIT
from tests.mails import ADDRESS, BROWSER, FILE, MAILS, OTHER, TO, Mail, document, rendered

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# allauth's own that no setting of ours lets it send, or that include one of ours.
NOT_SENT = {"account/email/password_reset_code"}
INCLUDES_OURS = {"account/email/email_confirmation_signup"}
HEALTH = r"naltrexone|\bldn\b(?! tracker)|dose|\bmg\b|symptom|pain|fatigue|sleep|mood|fog|fibro|opioid|medicine|patient"
by_name = pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)


def names(templates: Path) -> set[str]:
    """The mails that have their templates in this folder, as "app/email/name"."""
    found = templates.glob("**/email/*_message.txt")
    return {str(path.relative_to(templates)).removesuffix("_message.txt") for path in found} - {"account/email/base"}


def named(name: str) -> str:
    """The text of this mail."""
    return rendered(next(mail for mail in MAILS if mail.name == name))[1]


def test_every_mail_is_listed_and_every_listed_one_exists() -> None:
    assert {mail.name for mail in MAILS} == names(TEMPLATES)


def test_the_document_shows_them_as_they_are() -> None:
    """Write it anew with: python -m tests.mails."""
    assert FILE.read_text() == document()


def test_no_mail_of_allauth_leaves_in_its_own_words() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    sent = {name for name in names(theirs) if not name.startswith("socialaccount/")} - NOT_SENT
    assert sent - names(TEMPLATES) == INCLUDES_OURS
    assert not app_settings.PASSWORD_RESET_BY_CODE_ENABLED
    for name in INCLUDES_OURS:
        own = (theirs / f"{name}_message.txt").read_text()
        assert '{% include "account/email/email_confirmation_message.txt" %}' in own


@by_name
def test_no_mail_tells_of_anyones_health(mail: Mail) -> None:
    """T2, P5: who reads over a shoulder learns that there is an account, and no more."""
    subject, text = rendered(mail)
    assert not re.search(HEALTH, f"{subject}\n{text}", re.IGNORECASE)


@by_name
def test_no_subject_names_anyone(mail: Mail) -> None:
    """SECURITY.md, T32: subjects show on a locked phone, and in the logs of mail servers."""
    subject, _ = rendered(mail)
    assert not re.search(r"@|\d|ash|https?:", subject, re.IGNORECASE)
    assert 0 < len(subject) <= 40


@by_name
def test_a_mail_is_short_and_plain(mail: Mail) -> None:
    _, text = rendered(mail)
    assert text.endswith("\n\nLDN Tracker")
    assert not re.search(r"\{[{%]|<\w|&\w+;|\n\n\n", text), "markup, or an empty part"
    assert len(text.split()) <= 130
    said = text.replace(BROWSER, "").replace(ADDRESS, "")
    assert not re.search("two-factor|authentication|please note|hello|email\\b", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [
        ("account/email/password_reset_key", settings.PASSWORD_RESET_TIMEOUT, "for one hour"),
        ("account/email/login_code", app_settings.LOGIN_BY_CODE_TIMEOUT, "for 10 minutes"),
        ("account/email/email_confirmation", app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT, "for 15 minutes"),
        ("people/email/factor_reset_asked", WAIT.total_seconds(), "after 72 hours"),
        ("access/email/invitation", LIFE.total_seconds(), "until 14 December 2026"),  # made on 30 November
    ],
)
def test_times_are_those_of_the_settings(name: str, seconds: float, words: str) -> None:
    """P49: link life in the mail and in the setting are one."""
    said = {"for one hour": 3600, "for 10 minutes": 600, "for 15 minutes": 900, "after 72 hours": 72 * 3600}
    assert words in named(name)
    assert said.get(words, 14 * 86_400) == seconds


@pytest.mark.parametrize("value", [TO, OTHER])
def test_only_the_mail_of_a_change_of_address_names_addresses(value: str) -> None:
    naming = {mail.name for mail in MAILS if value in rendered(mail)[1]}
    assert naming <= {"account/email/email_changed", "account/email/email_deleted"}
