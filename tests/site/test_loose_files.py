"""T34: a start refuses files that others on this machine can read."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from ldnapp import start
from ldnapp.loose_files import what_is_loose


@pytest.fixture
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder as the site makes it: database with its log, keys, mails, and static files for everyone."""
    folder = tmp_path / "data of the site"
    (folder / "static").mkdir(parents=True)
    (folder / "mail").mkdir()
    for name in ("ldn.sqlite3", "ldn.sqlite3-wal", "ldn.sqlite3-shm", "factor-key", "mail/1-2-3.log"):
        (folder / name).write_text("private")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    (folder / "static").chmod(0o755)
    (folder / "static" / "site.css").write_text("")
    (folder / "static" / "site.css").chmod(0o644)
    settings.DATA_DIR, settings.STATIC_ROOT = folder, folder / "static"
    settings.EMAIL_FILE_PATH = str(folder / "mail")
    monkeypatch.setitem(settings.DATABASES, "default", database_at(folder / "ldn.sqlite3"))
    return folder


def database_at(file: Path) -> dict[str, Any]:
    """Settings of a database in this file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}


def test_a_private_folder_is_fine(data: Path) -> None:
    """Static files are there to be read."""
    assert what_is_loose() is None
    start.refuse_loose_files()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize(
    "name", ["", "ldn.sqlite3", "ldn.sqlite3-wal", "ldn.sqlite3-shm", "factor-key", "mail", "mail/1-2-3.log"]
)
def test_a_start_refuses_what_others_can_open_and_says_how_to_mend_it(data: Path, name: str, mode: int) -> None:
    """T34: by the group or by everyone, to read or to write."""
    loose = data / name
    loose.chmod(mode | 0o100 if loose.is_dir() else mode)
    with pytest.raises(ImproperlyConfigured, match="Others on this machine can open") as refused:
        start.refuse_loose_files()
    command = str(refused.value).rpartition("Run: ")[2]
    assert command == f"chmod -R go= '{loose}'"
    assert os.system(command) == 0  # noqa: S605  (the site's own words)
    start.refuse_loose_files()


def test_a_database_elsewhere_counts_too(
    data: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite3"
    elsewhere.touch(mode=0o644)
    monkeypatch.setitem(settings.DATABASES, "default", database_at(elsewhere))
    with pytest.raises(ImproperlyConfigured, match=r"elsewhere\.sqlite3"):
        start.refuse_loose_files()


def test_a_whole_folder_is_named_once(data: Path) -> None:
    for path in (data / "mail", data / "mail" / "1-2-3.log"):
        path.chmod(0o755)
    assert str(what_is_loose()).endswith(f"chmod -R go= '{data / 'mail'}'")


def test_a_demo_says_so_and_starts(data: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Its people are made up, and its folder may be anyone's."""
    settings.PRODUCTION = False
    (data / "ldn.sqlite3").chmod(0o644)
    start.refuse_loose_files()
    assert "chmod -R go=" in capsys.readouterr().out
    assert (data / "ldn.sqlite3").stat().st_mode & 0o777 == 0o644
