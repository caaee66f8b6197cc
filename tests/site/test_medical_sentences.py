"""P63: a medical sentence is shown only from the claims file; what else holds such a word is listed with a reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MEDICAL = re.compile(
    r"opioid|codeine|withdrawal|naltrexone|dummy pill|placebo|trials?\b|pregnan|breastfeed|liver|kidney|hepatitis"
    r"|immune|allerg|side effect|vivid dreams|emergenc|ambulance|overdose|\b999\b|\b111\b|surgeon|an(?:a)?esthetist",
    re.IGNORECASE,
)
PYTHON = [*ROOT.glob("tracker/forms/*.py"), *ROOT.glob("tracker/views/*.py"), *ROOT.glob("tracker/*.py")]
TAGS = re.compile(r"<[^>]*>|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)

# Why each of these may stand outside the claims file: it names something, or asks; it claims nothing of medicine.
NAMES = "a name, a heading or a label"
ASKS = "a question that the patient answers"
FIGURES = "a figure with its paper, drawn from CLINICAL.md"
EMERGENCY = "the number to call when the page itself can't be shown"
PRESCRIBER = "facts for the prescriber, filled in from what was recorded"
REFUSAL = "why an amount can't be kept"
ALLOWED = {
    "templates/components/standalone.html": EMERGENCY,
    "templates/components/course.html": NAMES,
    "templates/components/course_beside.html": NAMES,
    "templates/tracker/about/page.html": NAMES,
    "templates/tracker/card/page.html": NAMES,
    "templates/tracker/diary/_beside.html": NAMES,
    "templates/tracker/diary/_effects.html": NAMES,
    "templates/tracker/diary/_note.html": NAMES,
    "templates/tracker/medicines/list.html": ASKS,
    "templates/tracker/safety/page.html": NAMES,
    "templates/tracker/treatment/page.html": NAMES,
    "templates/web/home.html": NAMES,
    "tracker/forms/beside.py": NAMES,
    "tracker/forms/diary.py": NAMES,
    "tracker/dose.py": REFUSAL,
    "tracker/effects.py": NAMES,
    "tracker/evidence.py": FIGURES,
    "tracker/flags.py": PRESCRIBER,
    "tracker/help_lines.py": NAMES,
    "tracker/safety_questions.py": ASKS,
    "tracker/schedules.py": FIGURES,
}
MOST_WORDS = 24  # of one such text: longer ones are sentences, and belong into the file


def texts_of_templates() -> Iterator[tuple[str, str]]:
    """(file, text) of every piece of plain text in a template."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for text in TAGS.split(path.read_text(encoding="utf-8")):
            if MEDICAL.search(text):
                yield str(path.relative_to(ROOT)), " ".join(text.split())


def texts_of_code() -> Iterator[tuple[str, str]]:
    """(file, text) of every string of several words that is no docstring."""
    for path in sorted(PYTHON):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
                continue
            if " " in node.value and MEDICAL.search(node.value):
                yield str(path.relative_to(ROOT)), node.value


def found() -> list[tuple[str, str]]:
    return [*texts_of_templates(), *texts_of_code()]


def test_no_medical_sentence_stands_outside_the_claims_file() -> None:
    """A new one makes this red: put it into data/claims.toml with its source."""
    elsewhere = [(where, text) for where, text in found() if where not in ALLOWED]
    assert elsewhere == []


def test_what_may_stand_elsewhere_is_short_and_still_there() -> None:
    """Else the list above would let sentences in, or speak of files that have none."""
    assert {where for where, _ in found()} == set(ALLOWED)
    assert [(where, text) for where, text in found() if len(text.split()) > MOST_WORDS] == []
