"""The rules that raise a flag: pure functions over a record and a day.

A flag informs and never blocks. F1-F14 of CLINICAL.md §6; F15, a dose above 15 mg, is a line of the form,
which stores nothing.
"""

from datetime import date

from . import course, declared, felt
from .base import WINDOW_DAYS, Finding, Level, Record, Rule

__all__ = ["RULES", "WINDOW_DAYS", "Finding", "Level", "Record", "Rule", "findings", "rule"]

SMPC = "naltrexone 50 mg product information (SmPC), PL 21344/0002"

RULES = (
    Rule(
        "F1",
        1,
        declared.opioid,
        "an opioid taken now or in the last 14 days (long-acting: 28), on LDN or within 14 days before it",
        "reviewed, or answered “no, not me”",
        f"{SMPC}, 4.3",
        claims=("op-why", "op-nosudden"),
    ),
    Rule(
        "F1b",
        1,
        declared.withdrawal,
        "two of five signs of withdrawal on one date, while F1 is open",
        "reviewed",
        SMPC,
        claims=("flag-withdrawal",),
        stays=True,
    ),
    Rule(
        "F2",
        1,
        declared.pregnancy,
        "pregnant (urgent), might be or trying (soon)",
        "answer changed and reviewed",
        f"{SMPC}, 4.6",
        claims=("preg",),
    ),
    Rule(
        "F3", 1, declared.breastfeeding, "breastfeeding", "answer changed and reviewed", f"{SMPC}, 4.6", ("breastfeed",)
    ),
    Rule(
        "F4",
        1,
        declared.operation,
        "an operation is planned; urgent from 14 days before it",
        "the day after it, or reviewed",
        f"{SMPC}; SPAQI consensus",
        claims=("surg",),
    ),
    Rule(
        "F5",
        1,
        felt.severe,
        "a severe side effect; urgent on two days in a row",
        "seven days without one, or reviewed",
        f"{SMPC}, 4.8",
        claims=("flag-severe",),
    ),
    Rule(
        "F6",
        1,
        felt.lasting,
        "the same effect moderate or worse on 7 of the last 14 answered days",
        "below 4 of 14",
        "own rule",
        claims=("flag-lasting",),
    ),
    Rule(
        "F7",
        1,
        felt.red,
        "yellow skin or eyes, dark urine, swelling of the face, trouble breathing, confusion",
        "reviewed",
        SMPC,
        claims=("se-liver", "se-allergy"),
        stays=True,
    ),
    Rule(
        "F8",
        1,
        course.worse,
        "a symptom higher than before LDN for two weeks",
        "mean of 14 days back under baseline + 1",
        "own rule, simulated (CLINICAL.md §6.1)",
        claims=("flag-worse",),
    ),
    Rule(
        "F9",
        1,
        course.dose_above_plan,
        "more than the planned dose, or more than 4.50 mg without a plan; soon on 2 of the last 7 dates",
        "figure corrected, or reviewed",
        "own rule",
        claims=("flag-above",),
    ),
    Rule(
        "F10",
        1,
        felt.mood,
        "mood 10 on a day (soon); 9 or 10 on three answered days in a row within five dates (urgent)",
        "mood 7 or better on three answered days in a row, or reviewed",
        f"{SMPC}; own rule",
        claims=("mood-help", "mood-call", "mood-notsent"),
    ),
    Rule("F11", 1, course.quiet, "seven diary dates without an entry", "any entry", "own rule", ("flag-quiet",)),
    Rule(
        "F12",
        1,
        course.step_due,
        "a planned step within three days, or passed without such a dose",
        "confirmed by a dose, moved or held",
        "own rule",
        claims=("flag-step",),
    ),
    Rule(
        "F13",
        1,
        course.review_due,
        "the agreed review within 14 days, or passed; soon after 14 days",
        "review recorded",
        "own rule",
        claims=("flag-review",),
    ),
    Rule(
        "F14",
        1,
        declared.second_naltrexone,
        "naltrexone in another product",
        "reviewed",
        f"{SMPC}; the same medicine twice",
        claims=("flag-second",),
    ),
)
BY_KEY = {each.key: each for each in RULES}


def rule(key: str) -> Rule:
    """The rule of this key. Raises KeyError for another."""
    return BY_KEY[key]


def findings(record: Record, today: date) -> list[Finding]:
    """What every rule finds in this record on this day."""
    return [found for each in RULES for found in each.finds(record, today)]
