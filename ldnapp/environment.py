"""Reads settings from the environment; each error names the variable and says what to write."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable without surrounding spaces, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """A yes-or-no variable: 1/true/yes/on or 0/false/no/off; the default where it is unset or empty."""
    word = text(name).lower()
    if not word:
        return default
    if word not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")
    return word in YES


def number(name: str, default: int) -> int:
    """A whole number, 0 or more."""
    word = text(name, str(default))
    if not (word.isascii() and word.isdecimal()):
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(word)


def names(name: str) -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def database(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's database settings from a URL: postgresql://… or sqlite:///…; SQLite in data_dir where unset.

    PostgreSQL keeps a small pool per worker. SQLite writes at once to disk (FULL), takes the write
    lock when a transaction begins (a lock upgrade does not wait) and overwrites what is deleted.
    """
    url = urlsplit(text(name, f"sqlite:///{data_dir / 'ldn.sqlite3'}"))
    if url.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path.removeprefix("/") or ":memory:", **SQLITE}
    if url.scheme in {"postgres", "postgresql"}:
        return postgresql(url)
    raise ImproperlyConfigured(f"{name} must start with postgresql:// or sqlite:///.")


SQLITE: Mapping[str, Any] = {
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA busy_timeout=20000; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
        ),
    },
}


def postgresql(url: SplitResult) -> dict[str, Any]:
    """Django's settings for one PostgreSQL URL; ?host=/folder names a socket folder."""
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.removeprefix("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or options.pop("host", ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 4, "timeout": 5}, **options},
    }


def email(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's e-mail settings from a URL: smtp://, smtps:// (implicit TLS) or file:///folder.

    Unset, mails are files in data_dir: a console would put addresses and links into the log.
    """
    url = urlsplit(text(name, f"file://{data_dir / 'mail'}"))
    if url.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": url.path}
    if url.scheme in {"smtp", "smtps"}:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname or "localhost",
            "EMAIL_TIMEOUT": 10,  # seconds: a server that does not answer holds up whoever waits for it
            "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": url.scheme == "smtp" and url.hostname not in {"localhost", "127.0.0.1"},
        }
    raise ImproperlyConfigured(f"{name} must start with smtp://, smtps:// or file:///.")
