"""Adding a symptom is one declaration and one migration: tried in a copy of the project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

DECLARED = """    Symptom(
        key="stiffness",
        label="Stiffness",
        question="How stiff were you today?",
        at_zero="not stiff",
        at_ten="could not move",
        shape="circle",
        dash=(1, 3),
        light="#3f3f3f",
        dark="#bfbfbf",
    ),
)

MAIN_SYMPTOM"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's own code, without what is built, and with a sixth symptom."""
    for name in ("clinician", "ldnapp", "templates", "tests", "tracker"):
        shutil.copytree(
            Path(settings.BASE_DIR, name), tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "browser")
        )
    symptoms = tmp_path / "tracker" / "symptoms.py"
    declared = symptoms.read_text().replace(")\n\nMAIN_SYMPTOM", DECLARED, 1)
    assert "stiffness" in declared
    symptoms.write_text(declared)
    return tmp_path


def run(copy: Path) -> dict[str, Any]:
    """What the copy says of itself, on a new SQLite database."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.tracker.sixth_symptom"],
        cwd=copy,
        env=environment | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_sixth_symptom_is_one_declaration_and_one_migration(copy: Path) -> None:
    """P42: form, columns, constraint, chart, table and caseload follow from the declaration alone."""
    before = set((copy / "tracker" / "migrations").glob("0*.py"))
    assert run(copy) == {
        "is asked for": True,
        "saved": 302,
        "stored": 9,
        "shown again": "9",
        "refused at 11": 422,
        "payload": [0, None, None, None, None, 9],
        "table": ["0", "", "", "", "", "9", *[""] * 4],
        "caseload": ["Patient Number 0", "", "", "", "today", "0.9 7 days", "", "", "", "", "9.0 7 days", ""],
    }
    (made,) = set((copy / "tracker" / "migrations").glob("0*.py")) - before
    assert '"diary_stiffness_0_to_10"' in made.read_text().replace("'", '"')
