"""A plan in words: every step as one full sentence, and what about it wants to be asked once more.

Plain functions over plain data. No step is ever shortened: it is read before it counts.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tracker.dose import TIMES, USUAL_MAX_MG, in_words, mg_text
from tracker.plan import PlannedDose, Step
from tracker.sheet import SupplyFacts
from tracker.supply import capsule_words, ml_of, number

LARGE_CHANGE_MG = Decimal("2.00")  # a larger one, up or down, is asked about (CLINICAL.md §10)
SHORT_STEP = timedelta(days=3)  # a step sooner than this after the last one, too


class Line(NamedTuple):
    """One step of a plan in words."""

    when: str  # "From Friday 11 September 2026"
    dose: str  # "4.5 mg at bedtime"
    spoken: str  # "four point five milligrams": so that a slipped decimal point is seen
    made_of: str  # "3 × 1.5 mg", "0.9 ml at 5 mg/ml"; empty where not known


def date_words(day: date) -> str:
    """ "Friday 11 September 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def dose_text(dose: PlannedDose) -> str:
    """ "4.5 mg at bedtime", "1.5 mg in the morning", "3.0 mg at another time"."""
    when = {"bedtime": "at bedtime", "morning": "in the morning"}.get(dose.timing, f"at {TIMES['other']}")
    return f"{mg_text(dose.mg)} {when}"


def step_words(step: Step) -> str:
    """The dose of one day: "1.5 mg in the morning and 1.5 mg at bedtime"."""
    return " and ".join(map(dose_text, step.doses))


def made_of(dose: PlannedDose, supply: SupplyFacts | None) -> str:
    """What one dose is made of: capsules or millilitres; empty where that is not known."""
    if supply is None:
        return ""
    if supply.mg_per_ml is not None:
        return f"{number(ml_of(dose.mg, supply.mg_per_ml))} ml at {number(supply.mg_per_ml)} mg/ml"
    return capsule_words(dose.mg, supply.capsules_mg)


def lines(steps: Sequence[Step], supply: SupplyFacts | None) -> list[Line]:
    """Every step in full, by date."""
    return [
        Line(
            when=f"From {date_words(step.on)}",
            dose=step_words(step),
            spoken=" and ".join(in_words(dose.mg) for dose in step.doses),
            made_of=" and ".join(filter(None, (made_of(dose, supply) for dose in step.doses))),
        )
        for step in steps
    ]


def questions(steps: Sequence[Step], before: Step | None) -> list[str]:
    """What looks like a slip in these steps, each as a question; ``before`` is the step in force."""
    asked: list[str] = []
    last = before
    for step in steps:
        asked += _questions(step, last)
        last = step
    return asked


def _questions(step: Step, last: Step | None) -> list[str]:
    day, ends = date_words(step.on), "Is that what your prescriber wrote?"
    found = []
    if step.mg > USUAL_MAX_MG and (last is None or step.mg != last.mg):
        found.append(f"{day}: {mg_text(step.mg)} a day is more than 4.5 mg. {ends}")
    if last is not None and abs(step.mg - last.mg) > LARGE_CHANGE_MG:
        way = "more" if step.mg > last.mg else "less"
        found.append(f"{day}: {mg_text(step.mg)} is {mg_text(abs(step.mg - last.mg))} {way} than before. {ends}")
    if last is not None and timedelta(0) < step.on - last.on < SHORT_STEP and step.doses != last.doses:
        found.append(f"{day}: this is less than three days after the step before. {ends}")
    return found


def digest_text(steps: Sequence[Step]) -> str:
    """These steps as one exact text: a yes to one plan is no yes to another."""
    return ";".join(
        f"{step.on.isoformat()}:" + "+".join(f"{dose.mg:.2f}@{dose.timing}" for dose in step.doses) for step in steps
    )
