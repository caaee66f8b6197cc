"""Signing in as a person does it: page by page, with what was mailed."""

import re
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from ldnapp.people.models import User
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
CODE_PAGE = "/accounts/login/code/confirm/"
APP_PAGE = "/accounts/2fa/authenticate/"
TRUST_PAGE = "/accounts/2fa/trust/"


def type_password(client: Client, email: str, password: str = PASSWORD, *, shared: bool = False, **extra: Any) -> Any:
    """Send the sign-in page's form."""
    tick = {"shared": "on"} if shared else {}
    return client.post(LOGIN, {"login": email, "password": password, **tick}, **extra)


def mailed_code() -> str:
    """The code in the newest mail."""
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found.group(1)


def mailed_link() -> str:
    """The link in the newest mail."""
    found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert found is not None, mail.outbox[-1].body
    return found.group(0)


def sign_in_with_mailed_code(client: Client, email: str, password: str = PASSWORD, *, trust: bool = False) -> Any:
    """Password, the mailed code, and whether this device is one's own."""
    assert type_password(client, email, password).headers["Location"] == CODE_PAGE
    assert client.post(CODE_PAGE, {"code": mailed_code()}).headers["Location"] == TRUST_PAGE
    return client.post(TRUST_PAGE, {"action": "trust" if trust else "skip"})


def sign_in_with_app(client: Client, email: str, secret: str, *, shared: bool = False) -> Any:
    """Password, then the code of the app."""
    assert type_password(client, email, shared=shared).headers["Location"] == APP_PAGE
    return client.post(APP_PAGE, {"code": app_code(secret)})


def is_signed_in(client: Client) -> bool:
    """Whether the account's own page opens."""
    return bool(client.get("/accounts/2fa/").status_code == 200)


def give_app(user: User) -> str:
    """An authenticator app for this user; its secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def app_code(secret: str) -> str:
    """What the app shows at this moment."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code
