"""How the site is served: what the access log may hold, what a start prepares, and how it refuses."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from ldnapp import start
from ldnapp.gunicorn_conf import access_log_format, masked

PRODUCTION_REFUSALS = [
    ({}, "Set SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "Set SECRET_KEY"),
    ({"SECRET_KEY": "k" * 64}, "Set ALLOWED_HOSTS"),
    ({"SECRET_KEY": "k" * 64, "ALLOWED_HOSTS": "*"}, "must name each host"),
]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/progress/", "/progress/"),
        ("/diary/2026-11-24/", "/diary/…/"),
        ("/clinic/patients/7c9e6679-7425-40de-944b-e07fc1f90ae7/", "/clinic/patients/…/"),
        ("/accounts/password/reset/key/1-cvq4xb-2f4b6a7f0c9e/", "/accounts/password…/"),
        ("/a\r\nGET /forged 200", "/a%0D%0AGET%20/forged%20200"),
        ("/static/ldnapp/site.0123456789ab.css", "/static/ldnapp/site.0123456789ab.css"),
    ],
)
def test_a_logged_path_is_one_line_without_keys_or_dates(path: str, logged: str) -> None:
    assert masked(path) == logged


def test_the_access_log_leaves_out_query_request_line_referrer_and_sender() -> None:
    assert not {"%(r)s", "%(q)s", "%(f)s", "%(h)s", "%(a)s"} & set(access_log_format.split())


@pytest.mark.parametrize(("environment", "sentence"), PRODUCTION_REFUSALS)
def test_a_production_start_refuses_with_one_sentence(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "ldnapp.start"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 1
    assert sentence in started.stderr
    assert len(started.stderr.splitlines()) == 1


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} is taken"):
            start.refuse_a_taken_port(port)


def test_static_files_are_collected_again_only_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[Any] = []
    monkeypatch.setattr(start, "call_command", lambda *args, **options: collected.append(args))
    (tmp_path / ".collected").write_text("of an older version")
    start.collect_static_files(tmp_path)
    start.collect_static_files(tmp_path)
    assert collected == [("collectstatic",)]
