"""What a course shows beside its scores, and side effects by days since the last change."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tracker.charts import week_line, week_of
from tracker.effects import Severity, SideEffect
from tracker.marks import hold_days, marks, medicine_days, plan_words
from tracker.plan import PlannedDose, Step, Version
from tracker.progress import Baseline, DayRow, baseline, phases
from tracker.sheet import BaselineFacts, MedicineFacts, Sheet
from tracker.side_effects import since_changes, when_needed

START = date(2026, 9, 1)
DAY = timedelta(days=1)
MILD, MODERATE, SEVERE = Severity


def row(day: int, mg: str | None = None, status: str = "", **said: Any) -> DayRow:
    amount = None if mg is None else Decimal(mg)
    return DayRow(
        START + day * DAY, (None,) * 5, status or ("taken" if mg else ""), amount, "bedtime" if mg else "", **said
    )


def step(day: int, mg: str) -> Step:
    return Step(START + day * DAY, (PlannedDose(Decimal(mg), "bedtime"),))


PLAN = (
    Version(1, START, "written", (step(0, "1.50"), step(10, "3.00"))),
    Version(2, START + 8 * DAY, "held", (step(8, "1.50"), step(17, "3.00")), START + 16 * DAY),
)
CODEINE = MedicineFacts(1, "Codeine", True, START + 5 * DAY, None, "codeine", "urgent", "now", START + 6 * DAY, START)


def drawn(rows: list[DayRow], sheet: Sheet, first: int = 0, last: int = 30) -> dict[str, Any]:
    return marks(rows, phases(rows, START + last * DAY), sheet, START + first * DAY, START + last * DAY)


def test_single_days_are_marks_and_no_phase() -> None:
    """Skipped, another amount, side effects by their worst, each on its own day."""
    rows = [
        *(row(day, "1.50") for day in range(5)),
        row(5, status="skipped", effects=(SideEffect("dreams", MILD), SideEffect("rash", SEVERE))),
        row(6, "3.00", effects=()),
        *(row(day, "1.50") for day in range(7, 12)),
    ]
    found = drawn(rows, Sheet(first_dose=START))
    assert (found["skipped"], found["different"], found["effects"]) == ([5], [6], [[5, 3]])
    later = drawn(rows, Sheet(first_dose=START), first=6)
    assert (later["skipped"], later["different"], later["effects"]) == ([], [0], [])


def test_holds_steps_that_did_not_begin_medicines_and_the_stop() -> None:
    rows = [row(day, "1.50") for day in range(25)]
    sheet = Sheet(first_dose=START, versions=PLAN, medicines=(CODEINE,), ended_on=START + 24 * DAY)
    found = drawn(rows, sheet)
    assert found["holds"] == [[8, 16]]
    assert found["planned"] == [[17, "3.0 mg"]]  # planned, and not taken from that day on
    assert found["medicines"] == [[5, "Codeine begun"], [6, "Codeine flagged"]]
    assert found["stopped"] == 25
    assert drawn(rows, sheet, last=24)["stopped"] is None  # the last day is part of it


def test_a_baseline_is_drawn_where_there_is_one() -> None:
    known = Sheet(first_dose=START, baseline={"pain": BaselineFacts(6.857, 0.64, 14)})
    assert drawn([], known)["baseline"] == {"pain": [6.857, 0.64]}
    assert drawn([], Sheet(already_taking=True))["baseline"] == {}


def test_the_table_says_what_was_planned_on_each_day() -> None:
    sheet = Sheet(versions=PLAN, ended_on=START + 20 * DAY)
    holds = hold_days(sheet, START + 30 * DAY)
    said = [plan_words(sheet, START + day * DAY, holds) for day in (-1, 7, 8, 16, 17, 20, 21)]
    assert said == ["", "1.5 mg", "1.5 mg, hold", "1.5 mg, hold", "3.0 mg", "3.0 mg", ""]
    assert medicine_days(Sheet(medicines=(CODEINE._replace(answer="not_me"),))) == [(START + 5 * DAY, "Codeine begun")]


@pytest.mark.parametrize(
    ("sheet", "week", "line"),
    [
        (Sheet(), None, ""),
        (Sheet(first_dose=START), 3, "Week 3 on LDN, 3.0 mg"),
        (Sheet(first_dose=START + 30 * DAY), None, ""),
        (Sheet(first_dose=START, already_taking=True), None, "On LDN, 3.0 mg"),
        (Sheet(already_taking=True, began_on=date(2025, 3, 9)), None, "On LDN since March 2025, 3.0 mg"),
        (Sheet(first_dose=START, ended_on=START + 14 * DAY), None, "Stopped on 15 Sep 2026"),
        (Sheet(first_dose=START, ended_on=START + 15 * DAY), 3, "Week 3 on LDN, 3.0 mg"),
    ],
)
def test_the_week_is_counted_only_where_the_diary_saw_the_first_dose(sheet: Sheet, week: int | None, line: str) -> None:
    """P33: the last day of a treatment is part of it."""
    day = START + 15 * DAY
    assert (week_of(sheet, day), week_line(sheet, day, "3.0 mg")) == (week, line)


def test_side_effects_are_counted_by_days_since_the_last_change() -> None:
    """Of the days on which they were recorded; a day before the first change counts nowhere."""
    felt, none = (SideEffect("dreams", MODERATE),), ()
    rows = [
        row(-1, effects=felt),
        row(0, effects=felt),
        row(2, effects=none),
        row(3, effects=(SideEffect("dreams", MILD), SideEffect("other", MILD, "fizzy hands"))),
        row(6),
        row(14, effects=felt),
        row(20, effects=felt),
    ]
    lines = since_changes(rows, [START, START + 20 * DAY])
    assert [(line.label, line.total) for line in lines] == [("Vivid dreams", 4), ("fizzy hands", 1)]
    assert [span.words for span in lines[0].spans] == [
        "2 of 3 (2 moderate or severe)",  # days 1 and 3 of the first, day 1 of the second change
        "1 of 1",  # day 4
        "",
        "1 of 1 (1 moderate or severe)",  # day 15
    ]
    assert since_changes(rows, []) == []


def test_when_needed_days_are_told_of_the_days_written() -> None:
    """P80: from the day on which it was on the list; a regular one is not told here."""
    needed = CODEINE._replace(added_on=START + 2 * DAY, since=None)
    regular = CODEINE._replace(pk=2, name="Amitriptyline", is_as_needed=False)
    rows = [row(0), row(1), row(2, as_needed=(1,)), row(3), row(40, as_needed=(1,)), row(41)]
    (line,) = when_needed(rows, Sheet(medicines=(needed, regular)), START + 41 * DAY)
    assert (line.name, line.days, line.written, line.lately, line.written_lately) == ("Codeine", 2, 4, 1, 2)


def days(*scores: int | None, before: int = 0) -> list[tuple[date, int | None]]:
    """Scores of the days that end on the day before START, oldest first."""
    return [(START - (len(scores) - place + before) * DAY, score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "mean", "answered"),
    [
        ((7, 6, 7, 8, 7, 6, 7, 7, 8, 6, 7, 7, 6, 7), 6.857, 14),
        ((6, None, 7, 6, None, 8, 7, 6, 7, None, 6, 7, 7, 6), 6.636, 11),
        ((0,) * 14, 0.0, 14),
        ((7, None) * 7, 7.0, 7),
    ],
)
def test_the_baseline_of_the_worked_examples(scores: tuple[int | None, ...], mean: float, answered: int) -> None:
    """CLINICAL.md §5.2."""
    found = baseline(days(*scores), START, START - 14 * DAY)
    assert found is not None
    assert (round(found.mean, 3), found.days) == (mean, answered)


def test_six_answered_days_are_not_enough_and_the_first_dose_itself_is_not_before_it() -> None:
    assert baseline(days(*(7,) * 6), START, START - 14 * DAY) is None
    assert baseline([*days(*(7,) * 6), (START, 7)], START, START - 14 * DAY) is None


@pytest.mark.parametrize(("began", "answered"), [(28, 28), (27, 14)])
def test_four_weeks_count_where_the_diary_is_that_old(began: int, answered: int) -> None:
    """DESIGN.md §6: both sides of the boundary."""
    found = baseline(days(*(5,) * 40), START, START - began * DAY)
    assert found == Baseline(5.0, 0.0, answered)
