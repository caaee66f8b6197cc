"""Settings from the environment: read as people write them, refused by name where they can't be."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from ldnapp import environment

HERE = Path("/data")


@pytest.mark.parametrize(
    ("word", "default", "read"),
    [
        ("1", False, True),
        (" Yes ", False, True),
        ("on", False, True),
        ("0", True, False),
        ("FALSE", True, False),
        ("", True, True),
        ("", False, False),
        (None, True, True),
    ],
)
def test_a_switch_is_read(monkeypatch: pytest.MonkeyPatch, word: str | None, default: bool, read: bool) -> None:
    if word is not None:
        monkeypatch.setenv("A_SWITCH", word)
    assert environment.flag("A_SWITCH", default=default) is read


@pytest.mark.parametrize("word", ["maybe", "2", "-1", "True!"])
def test_what_is_no_switch_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("A_SWITCH", word)
    with pytest.raises(ImproperlyConfigured, match="A_SWITCH must be 1 or 0"):
        environment.flag("A_SWITCH")


@pytest.mark.parametrize(("word", "number"), [("8001", 8001), (" 0 ", 0), ("", 8000)])
def test_a_number_is_read(monkeypatch: pytest.MonkeyPatch, word: str, number: int) -> None:
    monkeypatch.setenv("A_NUMBER", word)
    assert environment.number("A_NUMBER", 8000) == number


@pytest.mark.parametrize("word", ["-1", "1.5", "٨", "eight"])
def test_what_is_no_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("A_NUMBER", word)
    with pytest.raises(ImproperlyConfigured, match="A_NUMBER must be a whole number"):
        environment.number("A_NUMBER", 8000)


def test_names_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMES", " a.example.org, b.example.org ,,")
    assert environment.names("NAMES") == ["a.example.org", "b.example.org"]


@pytest.mark.parametrize(
    ("url", "name"),
    [("", "/data/ldn.sqlite3"), ("sqlite:////elsewhere/diary.db", "/elsewhere/diary.db"), ("sqlite://", ":memory:")],
)
def test_sqlite_is_a_file_in_the_data_folder_unless_told(monkeypatch: pytest.MonkeyPatch, url: str, name: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert environment.database("DATABASE_URL", HERE)["NAME"] == name


def test_a_postgresql_url_is_read_with_its_signs_and_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ldn:p%40ss%2Fword@/diary?host=/run/pg&sslmode=require")
    read = environment.database("DATABASE_URL", HERE)
    assert (read["USER"], read["PASSWORD"], read["NAME"]) == ("ldn", "p@ss/word", "diary")
    assert (read["HOST"], read["PORT"], read["OPTIONS"]["sslmode"]) == ("/run/pg", "", "require")
    monkeypatch.setenv("DATABASE_URL", "postgres://ldn@db.example.org:5433/diary")
    read = environment.database("DATABASE_URL", HERE)
    assert (read["HOST"], read["PORT"]) == ("db.example.org", "5433")
    assert read["OPTIONS"]["pool"]["max_size"] == 4


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"EMAIL_FILE_PATH": "/data/mail"}),
        ("file:///mails", {"EMAIL_FILE_PATH": "/mails"}),
        (
            "smtp://ldn:p%40ss@mail.example.org",
            {"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 587, "EMAIL_HOST_PASSWORD": "p@ss", "EMAIL_USE_TLS": True},
        ),
        (
            "smtps://mail.example.org",
            {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False, "EMAIL_TIMEOUT": 10},
        ),
        ("smtp://localhost:1025", {"EMAIL_PORT": 1025, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
    ],
)
def test_mail_goes_to_a_server_or_into_files(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: dict[str, object]
) -> None:
    """Over the network always encrypted."""
    monkeypatch.setenv("EMAIL_URL", url)
    assert expected.items() <= environment.email("EMAIL_URL", HERE).items()
