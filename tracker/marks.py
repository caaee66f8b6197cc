"""What a course shows beside its scores: plan, holds, skipped and different days, side effects, medicines, the stop.

Plain functions over plain data. Days leave as whole numbers from the first day of the range, so that ten
years stay small.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tracker.dose import mg_text
from tracker.plan import stretches
from tracker.progress import DAY, SKIPPED, TAKEN, DayRow, Phase
from tracker.sheet import MedicineFacts, Sheet

FLAGGED = {"urgent", "unsure", "soon"}
TAKEN_ANSWERS = {"now", "lately", "long_lately"}


def marks(
    rows: Sequence[DayRow], phases: Sequence[Phase], sheet: Sheet, first_day: date, last_day: date
) -> dict[str, Any]:
    """The marks of a range; keys with nothing to draw are there and empty."""

    def place(day: date) -> int:
        return (day - first_day).days

    shown = [row for row in rows if first_day <= row.date <= last_day]
    return {
        "skipped": [place(row.date) for row in shown if row.dose_status == SKIPPED],
        "different": [place(row.date) for row in shown if _is_different(row, phases)],
        "effects": [[place(row.date), max(each.severity.rank for each in row.effects)] for row in shown if row.effects],
        "holds": [
            [place(max(each.first, first_day)), place(min(each.last or last_day, last_day))]
            for each in stretches(sheet.versions, last_day)
            if each.is_hold and each.first <= last_day and (each.last is None or each.last >= first_day)
        ],
        "planned": [
            [place(each.first), mg_text(each.step.mg)]
            for each in stretches(sheet.versions, last_day)
            if first_day <= each.first <= last_day and not each.is_hold and not _is_begun(each.first, phases)
        ],
        "medicines": [[place(day), words] for day, words in medicine_days(sheet) if first_day <= day <= last_day],
        "stopped": place(sheet.ended_on + DAY) if sheet.ended_on is not None and sheet.ended_on < last_day else None,
        "baseline": {key: [round(each.mean, 3), round(each.sd, 3)] for key, each in (sheet.baseline or {}).items()},
    }


def _is_different(row: DayRow, phases: Sequence[Phase]) -> bool:
    """Whether the day's dose is another amount than that of the phase it lies in."""
    if row.dose_status != TAKEN or row.mg is None:
        return False
    phase = next((each for each in reversed(phases) if each.first <= row.date), None)
    return phase is not None and phase.mg is not None and row.mg != phase.mg


def _is_begun(day: date, phases: Sequence[Phase]) -> bool:
    """Whether a phase begins on the day of a planned step: then the block itself shows it."""
    return any(phase.first == day for phase in phases)


def medicine_days(sheet: Sheet) -> list[tuple[date, str]]:
    """The days on which another medicine was flagged, begun or stopped, with words for the table."""
    found: list[tuple[date, str]] = []
    for each in sheet.medicines:
        if each.level in FLAGGED and each.answer in TAKEN_ANSWERS:
            found.append((each.answered_on or each.added_on, f"{each.name} flagged"))
        found += [(day, f"{each.name} {what}") for day, what in ((each.since, "begun"), (each.until, "stopped")) if day]
    return sorted(found)


def plan_words(sheet: Sheet, day: date, holds: Sequence[tuple[date, date]]) -> str:
    """What was planned for a day: "3.0 mg", "3.0 mg, hold"; empty where nothing was."""
    step = sheet.step_on(day)
    if step is None:
        return ""
    return mg_text(step.mg) + (", hold" if any(first <= day <= last for first, last in holds) else "")


def hold_days(sheet: Sheet, last_day: date) -> list[tuple[date, date]]:
    """The days of each hold up to last_day, both ends included."""
    return [(each.first, each.last or last_day) for each in stretches(sheet.versions, last_day) if each.is_hold]


def names_of(ticked: Sequence[int], medicines: Mapping[int, MedicineFacts]) -> str:
    """The when-needed medicines that were ticked, by name."""
    return ", ".join(medicines[pk].name if pk in medicines else "a medicine" for pk in ticked)
