"""Settings that must hold, in tests' own process and in a production start of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from ldnapp import start
from ldnapp.people.models import User
from tests.factories import UserFactory

KEY = "k" * 64
REAL = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "diary.example.org,www.example.org"}
SHOW = (
    "import django, json; django.setup(); from django.conf import settings as s; "
    "print(json.dumps({n: repr(getattr(s, n, None)) for n in dir(s) if n.isupper()}))"
)

HELD: dict[str, Any] = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_DOMAIN": None,
    "CSRF_COOKIE_DOMAIN": None,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "PASSWORD_RESET_TIMEOUT": 3600,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 300,
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
    "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
    "ACCOUNT_CHANGE_EMAIL": True,
    "ACCOUNT_LOGIN_BY_CODE_REQUIRED": {"password"},
    "ACCOUNT_LOGIN_BY_CODE_TRUST_ENABLED": True,
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": False,
    "ACCOUNT_PREVENT_ENUMERATION": True,
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_LOGOUT_ON_GET": False,
    "ACCOUNT_LOGIN_ON_PASSWORD_RESET": False,
    "MFA_TOTP_TOLERANCE": 0,
    "MFA_TRUST_ENABLED": False,
    "USE_TZ": True,
    "DEBUG": False,
    "DEMO": False,
}


@pytest.mark.parametrize("name", HELD)
def test_a_setting_holds(name: str) -> None:
    assert getattr(settings, name) == HELD[name]


def test_no_way_round_the_app_is_set() -> None:
    assert not hasattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE")
    assert not hasattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN")


def test_counters_are_shared_by_all_workers_and_not_pushed_out() -> None:
    """D7: with the default of 300 rows a flood of keys frees the one that was locked."""
    cache: dict[str, Any] = settings.CACHES["default"]
    assert cache["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert cache["OPTIONS"]["MAX_ENTRIES"] == 200_000


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("eleven-char", False),
        ("twelve-chars", True),
        ("x7" * 64, True),
        ("x7" * 64 + "x", False),
        ("password1234", False),
        ("all lower case is fine", True),
    ],
)
def test_a_password_has_12_to_128_characters_and_is_not_a_common_one(password: str, is_good: bool) -> None:
    try:
        validate_password(password)
    except ValidationError:
        assert not is_good
    else:
        assert is_good


def started(tmp_path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The site's settings read in a process of its own, with this environment and no other."""
    return subprocess.run(  # noqa: S603  (our own words)
        [sys.executable, "-c", SHOW],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "ldnapp.settings",
            "DATA_DIR": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_of(tmp_path: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What those settings are, as Python writes them."""
    run = started(tmp_path, environment)
    assert run.returncode == 0, run.stderr
    shown: dict[str, Any] = json.loads(run.stdout)
    return shown


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "Set SECRET_KEY to a random text of 50 characters or more"),
        ({**REAL, "SECRET_KEY": "k" * 49}, "Set SECRET_KEY to a random text of 50 characters or more"),
        ({"SECRET_KEY": KEY}, "Set ALLOWED_HOSTS to this site's host names"),
        ({**REAL, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name each host"),
        ({**REAL, "ALLOWED_HOSTS": "diary.example.org,*"}, "ALLOWED_HOSTS must name each host"),
        ({**REAL, "DEBUG": "perhaps"}, "DEBUG must be 1 or 0."),
        ({**REAL, "PROXIES": "one"}, "PROXIES must be a whole number."),
        ({**REAL, "DATABASE_URL": "mysql://db/ldn"}, "DATABASE_URL must start with postgresql:// or sqlite:///."),
        ({**REAL, "EMAIL_URL": "console://"}, "EMAIL_URL must start with smtp://, smtps:// or file:///."),
    ],
)
def test_a_start_that_would_be_unsafe_is_refused(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    """Each sentence names the variable and says what to write."""
    run = started(tmp_path, environment)
    assert run.returncode != 0
    assert sentence in run.stderr.splitlines()[-1]


def test_a_real_site_is_safe_without_being_told_how(tmp_path: Path) -> None:
    """https by default: cookies that belong to the host alone, HSTS for two years, no DEBUG, no DEMO."""
    shown = settings_of(tmp_path, REAL)
    expected = {
        "DEBUG": False,
        "DEMO": False,
        "BASE_URL": "https://diary.example.org",
        "ALLOWED_HOSTS": ["diary.example.org", "www.example.org"],
        "CSRF_TRUSTED_ORIGINS": ["https://diary.example.org"],
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "MFA_TRUST_COOKIE_NAME": "__Host-trusted",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_PATH": "/",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_SSL_HOST": "diary.example.org",
        "SECURE_HSTS_SECONDS": 63_072_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_PROXY_SSL_HEADER": None,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
        "REQUIRE_SECOND_FACTOR": True,
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    }
    assert {name: shown[name] for name in expected} == {name: repr(value) for name, value in expected.items()}


def test_the_proxies_word_is_taken_only_where_there_is_one(tmp_path: Path) -> None:
    """T25, V4.1.3."""
    shown = settings_of(tmp_path, {**REAL, "PROXIES": "1"})
    assert shown["SECURE_PROXY_SSL_HEADER"] == repr(("HTTP_X_FORWARDED_PROTO", "https"))
    assert shown["ALLAUTH_TRUSTED_PROXY_COUNT"] == "1"


def test_a_key_can_be_changed_without_signing_everyone_out(tmp_path: Path) -> None:
    shown = settings_of(tmp_path, {**REAL, "SECRET_KEY_FALLBACKS": "old-one, older-one"})
    assert shown["SECRET_KEY_FALLBACKS"] == repr(["old-one", "older-one"])


def test_a_demo_stays_on_this_machine(tmp_path: Path) -> None:
    """Whatever hosts it is given; its key is made once and nobody else's to read."""
    shown = settings_of(tmp_path, {"DEMO": "1", "ALLOWED_HOSTS": "diary.example.org"})
    assert shown["ALLOWED_HOSTS"] == repr(["localhost", "127.0.0.1"])
    assert (shown["DEBUG"], shown["REQUIRE_SECOND_FACTOR"]) == ("False", "False")
    assert shown["ACCOUNT_LOGIN_BY_CODE_REQUIRED"] == "set()"
    assert (shown["SESSION_COOKIE_NAME"], shown["SESSION_COOKIE_SECURE"]) == (repr("session"), "False")
    kept = tmp_path / "demo-secret-key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert settings_of(tmp_path, {"DEMO": "1"})["SECRET_KEY"] == shown["SECRET_KEY"] == repr(kept.read_text())


@pytest.mark.django_db
def test_demo_people_are_refused_in_production() -> None:
    with pytest.raises(CommandError, match="Demo data belong to a demo"):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_real_site_does_not_start_on_a_demos_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """D11: everyone can read the password of its admin."""
    monkeypatch.setattr(start, "call_command", lambda *args, **options: None)
    start.prepare_database()
    UserFactory(is_demo=True)
    with pytest.raises(ImproperlyConfigured, match="whose password is public"):
        start.prepare_database()


@pytest.mark.django_db
def test_a_demo_starts_on_it(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    called: list[str] = []
    monkeypatch.setattr(start, "call_command", lambda name, **options: called.append(name))
    settings.DEMO = True
    UserFactory(is_demo=True)
    start.prepare_database()
    assert called[-1] == "demo"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 20_000),  # milliseconds
        ("secure_delete", 1),
        ("temp_store", 2),  # MEMORY
    ],
)
def test_sqlite_does_what_it_was_told(pragma: str, value: object) -> None:
    """Options one level too high in the settings are ignored in silence: read back what holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
def test_sqlite_takes_the_write_lock_as_a_transaction_begins() -> None:
    """A lock that is upgraded later does not wait, and fails."""
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not connection.settings_dict["ATOMIC_REQUESTS"]
