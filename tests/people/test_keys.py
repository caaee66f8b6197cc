"""Keys that are files: made once, whole, whoever is first."""

import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ldnapp.people.keys import key
from tests.parallel import at_once


def test_two_workers_at_once_make_one_key(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    made: list[bytes] = at_once([lambda: key("some-key")] * 8)
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["some-key"]


def test_a_key_that_another_worker_made_first_is_the_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    linked = os.link

    def beaten(draft: str, kept: Path) -> None:
        kept.write_bytes(b"the first one's")
        linked(draft, kept)

    monkeypatch.setattr(os, "link", beaten)
    assert key("some-key") == b"the first one's"
    assert [path.name for path in tmp_path.iterdir()] == ["some-key"]
