"""The one symptom model: every daily symptom, declared once.

Form fields, model columns, chart series, caseload columns and table columns are all derived from
``SYMPTOMS``. Adding a symptom is one declaration here and one migration.

A score is a whole number 0-10, 0 best and 10 worst for every symptom; None means "not answered"
and is never counted, drawn or exported as zero.
"""

from dataclasses import dataclass
from typing import Literal

BEST, WORST = 0, 10
SCORES = range(BEST, WORST + 1)

Shape = Literal["circle", "square", "triangle-up", "diamond", "triangle-down"]


@dataclass(frozen=True)
class Symptom:
    """One symptom: its words, and how it is told apart in a picture (shape first, colour last)."""

    key: str  # column, form field, CSV header
    label: str
    question: str  # asks about the bad end, so that 10 is plainly the bad one
    at_zero: str
    at_ten: str
    shape: Shape
    dash: tuple[int, ...]  # of a line that shares a plot with others; () is solid
    light: str  # colour on a light card, at least 4.5 : 1
    dark: str  # colour on a dark card, at least 4.5 : 1


SYMPTOMS: tuple[Symptom, ...] = (
    Symptom(
        key="pain",
        label="Pain",
        question="How bad was your pain today?",
        at_zero="no pain",
        at_ten="worst pain",
        shape="circle",
        dash=(),
        light="#7f2c1f",
        dark="#e0886b",
    ),
    Symptom(
        key="fatigue",
        label="Fatigue",
        question="How tired were you today?",
        at_zero="not tired",
        at_ten="completely worn out",
        shape="square",
        dash=(9, 4),
        light="#1d417c",
        dark="#6c95f7",
    ),
    Symptom(
        key="brain_fog",
        label="Brain fog",
        question="How foggy was your head today?",
        at_zero="clear-headed",
        at_ten="could not think",
        shape="triangle-up",
        dash=(3, 3),
        light="#a63fbf",
        dark="#d19bd9",
    ),
    Symptom(
        key="sleep",
        label="Sleep",
        question="How badly did you sleep last night?",
        at_zero="slept well",
        at_ten="barely slept",
        shape="diamond",
        dash=(10, 3, 2, 3),
        light="#0f7f78",
        dark="#5ff0d2",
    ),
    Symptom(
        key="mood",
        label="Mood",
        question="How low was your mood today?",
        at_zero="mood is good",
        at_ten="as low as it gets",
        shape="triangle-down",
        dash=(5, 2),
        light="#866a12",
        dark="#f3dc66",
    ),
)

MAIN_SYMPTOM = SYMPTOMS[0]  # pain, unless patient and prescriber name another
SYMPTOM_KEYS = tuple(symptom.key for symptom in SYMPTOMS)


def symptom_by_key(key: str | None) -> Symptom:
    """The symptom of this key; the main symptom where the key is unknown or absent."""
    return next((symptom for symptom in SYMPTOMS if symptom.key == key), MAIN_SYMPTOM)
