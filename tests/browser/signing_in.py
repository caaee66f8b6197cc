"""Signing in as people do: through the pages."""

import re

from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from playwright.sync_api import Page, expect

from ldnapp.people.models import User
from tests.factories import PASSWORD

from .conftest import Visitor

MAILED_CODE = re.compile(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", re.MULTILINE)


def type_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """The sign-in page, as a person fills it in."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def type_mailed_code(page: Page) -> None:
    """The code that was mailed last, on the page that asks for it; then "each time"."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("code", ignore_case=True)
    type_code(page, mailed_code())
    with page.expect_navigation():
        page.get_by_role("button", name="Ask for a code each time").click()


def mailed_code() -> str:
    """The code in the mail that was sent last."""
    code = MAILED_CODE.search(str(mail.outbox[-1].body))
    assert code is not None
    return code.group(1)


def type_code(page: Page, code: str) -> None:
    """A code into the page that asks for one."""
    page.get_by_label(re.compile("code|digits", re.IGNORECASE)).first.fill(code)
    with page.expect_navigation():
        page.locator("main").get_by_role("button").first.click()


def sign_in_with_mailed_code(visitor: Visitor, user: User) -> None:
    """Password, then the code that was mailed."""
    type_password(visitor.open("/accounts/login/"), user.email)
    type_mailed_code(visitor.page)


def sign_in_with_app(visitor: Visitor, user: User, secret: str) -> None:
    """Password, then the code of an authenticator app."""
    type_password(visitor.open("/accounts/login/"), user.email)
    type_code(visitor.page, code_of(secret))


def code_of(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))
