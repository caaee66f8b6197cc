"""Every mail of the system with made-up values, and docs/mails.md, which shows them all.

``python -m tests.mails`` writes that file anew; tests/site/test_mails.py is red until it was.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "mails.md"
TO = "ash@example.org"
OTHER = "ash.new@example.org"
BROWSER = "Mozilla/5.0 (Android 16; Mobile) Firefox/145.0"
ADDRESS = "203.0.113.7"
SITE = "https://diary.example.org"
AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
OWNER = "the account's own address"
CHANGE: dict[str, Any] = {"timestamp": AT, "ip": ADDRESS, "user_agent": BROWSER}

HEAD = """# Mails

Every mail that the system sends, with made-up values. None says what the site is for, nor anything of a diary; no
subject holds a name or an address. This file is made by `python -m tests.mails`; a test compares it with the templates
(`templates/**/email/`).
"""


@dataclass(frozen=True)
class Mail:
    """One mail: its templates, when it is sent, to whom, and made-up values."""

    name: str
    when: str
    to: str = OWNER
    values: dict[str, Any] = field(default_factory=dict)


def _change(name: str, when: str, to: str = OWNER, **values: Any) -> Mail:
    """A notice of a change to an account, which says when and from where."""
    return Mail(name, when, to, values={**CHANGE, **values})


MAILS = (
    Mail(
        "account/email/password_reset_key",
        "An admin made the account or sent the mail once more, or the owner asked at “Forgotten password”.",
        values={"password_reset_url": f"{SITE}/accounts/password/reset/key/7-d0n2xk-5b1c/"},
    ),
    Mail(
        "account/email/unknown_account",
        "Somebody asked at “Forgotten password” with an address that has no account; the page says the same then.",
        to="the address that was typed",
    ),
    Mail(
        "account/email/login_code",
        "The password was right, and the account has no second factor and the browser is not trusted.",
        values={"code": "WTKQ-RZVD"},
    ),
    Mail(
        "account/email/email_confirmation",
        "Someone makes an account, or changes the e-mail address of theirs.",
        to="the new address",
        values={"code": "WTKQ-RZVD"},
    ),
    Mail(
        "account/email/account_already_exists",
        "Someone tried to make an account with an address that has one; the page says the same as for a new one.",
        to="the address that was typed",
    ),
    Mail(
        "account/email/signup_not_invited",
        "Someone opened an invitation and tried to make an account with another address; the page says the same.",
        to="the address that was typed",
    ),
    _change("account/email/email_confirm", "Never today: allauth has it for links, and we mail codes."),
    _change(
        "account/email/email_changed",
        "The address of the account was changed.",
        to="the old address",
        from_email=TO,
        to_email=OTHER,
    ),
    _change("account/email/email_deleted", "An address was removed from the account.", deleted_email=OTHER),
    _change("account/email/password_changed", "The owner changed the password."),
    _change("account/email/password_reset", "The password was set by a mailed link."),
    _change("account/email/password_set", "A first password was set."),
    _change("mfa/email/totp_activated", "An authenticator app was added."),
    _change("mfa/email/totp_deactivated", "The authenticator app was removed."),
    _change("mfa/email/webauthn_added", "A passkey was added."),
    _change("mfa/email/webauthn_removed", "A passkey was removed."),
    _change("mfa/email/recovery_codes_generated", "New recovery codes were made."),
    _change("people/email/recovery_code_used", "A recovery code was used.", left=9),
    Mail(
        "people/email/factor_reset_asked",
        "An admin asked for a reset of a lost second factor (a patient's takes no second admin, nor a word of one).",
        values={"hours": 72, "takes_two": True, "asked_at": AT, "due_at": datetime(2026, 12, 3, 9, 30, tzinfo=UTC)},
    ),
    Mail(
        "people/email/factor_reset_cancelled",
        "Its owner stopped that reset by signing in, or an admin did (then it says so).",
        values={"is_by_owner": True},
    ),
    Mail("people/email/factor_reset_done", "The 72 hours are over and the second factors gone.", values={"hours": 72}),
    Mail(
        "access/email/invitation",
        "A prescriber invites someone, or does so again (then one sentence more: earlier mails no longer work).",
        to="the address that was invited, whether it has an account or not",
        values={
            "link": f"{SITE}/invited/V1x4pK0nYw/",
            "code_page": f"{SITE}/invited/",
            "code": "K7Q-3MC-X9F",
            "until": datetime(2026, 12, 14, 9, 30, tzinfo=UTC),
            "is_again": False,
        },
    ),
    Mail(
        "access/email/link_proposed",
        "Someone proposed to look after a patient's diary: an admin, or a prescriber who hands over.",
        values={"link": f"{SITE}/sharing/"},
    ),
    Mail(
        "access/email/link_ended",
        "A prescriber or an admin ended the sharing of a patient's diary.",
        values={"link": f"{SITE}/sharing/"},
    ),
    Mail(
        "access/email/leaving_asked",
        "A patient asked to be deleted.",
        values={
            "until": datetime(2026, 12, 14, 9, 30),  # noqa: DTZ001  (as the patient's clock shows it)
            "zone": "Europe/London",
            "link": f"{SITE}/my-data/leaving/",
        },
    ),
    Mail("access/email/leaving_undone", "A patient who asked to be deleted stays."),
)


def rendered(mail: Mail) -> tuple[str, str]:
    """Subject and text as they leave."""
    from allauth.account.adapter import get_adapter  # noqa: PLC0415  (this file is read before Django is set up)

    message = get_adapter().render_mail(mail.name, TO, {"email": TO, **mail.values})
    return str(message.subject), str(message.body)


def section(mail: Mail) -> str:
    """One mail as docs/mails.md shows it."""
    subject, text = rendered(mail)
    return f"## {subject}\n\n`{mail.name}`. {mail.when} To {mail.to}.\n\n```text\n{text}\n```\n"


def document() -> str:
    """The whole of docs/mails.md."""
    return "\n".join([HEAD, *(section(mail) for mail in MAILS)])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    FILE.write_text(document())
