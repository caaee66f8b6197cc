"""The plan as plain data: which version and step is in force on a day, and what a change leaves alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.plan import (
    PlannedDose,
    Step,
    Version,
    adherence,
    earlier_doses,
    from_day,
    held,
    next_step,
    step_on,
    stretches,
    version_on,
)
from tracker.plan_text import digest_text, lines, questions
from tracker.progress import DayRow
from tracker.schedules import SCHEDULES
from tracker.sheet import SupplyFacts

START = date(2026, 9, 1)
DAY = timedelta(days=1)


def step(day: int, mg: str, timing: str = "bedtime") -> Step:
    return Step(START + day * DAY, (PlannedDose(Decimal(mg), timing),))


FIRST = Version(1, START, "written", (step(0, "1.50"), step(14, "3.00"), step(28, "4.50")))


@pytest.mark.parametrize(
    ("day", "mg"), [(-1, None), (0, "1.50"), (13, "1.50"), (14, "3.00"), (27, "3.00"), (28, "4.50"), (900, "4.50")]
)
def test_a_step_is_in_force_from_its_own_day_to_the_day_before_the_next(day: int, mg: str | None) -> None:
    """P33: both ends."""
    found = step_on([FIRST], START + day * DAY)
    assert (found and str(found.mg)) == mg


def test_a_later_version_counts_from_its_first_day_and_changes_no_earlier_one() -> None:
    """P37: also where it was written with an earlier step in it."""
    second = Version(2, START + 20 * DAY, "written", (step(20, "3.00"), step(40, "6.00")))
    both = [FIRST, second]
    for day in range(20):
        assert step_on(both, START + day * DAY) == step_on([FIRST], START + day * DAY)
    assert version_on(both, START + 20 * DAY) == second
    assert str(step_on(both, START + 39 * DAY).mg) == "3.00"  # type: ignore[union-attr]
    assert next_step(both, START + 20 * DAY) == step(40, "6.00")


def test_twelve_weeks_are_counted_by_the_calendar() -> None:
    """P34: across a change of the clocks and a month of 31 days."""
    begun = Version(1, date(2026, 10, 1), "written", (Step(date(2026, 10, 1), (PlannedDose(Decimal(3), "bedtime"),)),))
    _, until = held([begun], date(2026, 10, 1), 12)
    assert until == date(2026, 12, 23)


def test_a_hold_keeps_the_dose_and_moves_the_later_steps() -> None:
    steps, until = held([FIRST], START + 12 * DAY, 2)
    assert steps == [step(12, "1.50"), step(26, "3.00"), step(40, "4.50")]
    assert until == START + 25 * DAY
    steps, until = held([FIRST], START + 12 * DAY, None)
    assert (steps, until) == ([step(12, "1.50")], None)
    far, _ = held([FIRST], START + DAY, 1)  # the next step is later than the hold anyway
    assert far == [step(1, "1.50"), step(14, "3.00"), step(28, "4.50")]


def test_the_line_of_time_says_what_was_planned_on_each_day() -> None:
    steps, until = held([FIRST], START + 20 * DAY, 2)
    second = Version(2, START + 20 * DAY, "held", tuple(steps), until)
    found = stretches([FIRST, second], START + 50 * DAY)
    assert [(each.first, each.last, str(each.step.mg), each.is_hold) for each in found] == [
        (START, START + 13 * DAY, "1.50", False),
        (START + 14 * DAY, START + 19 * DAY, "3.00", False),
        (START + 20 * DAY, START + 33 * DAY, "3.00", True),
        (START + 34 * DAY, None, "4.50", False),
    ]
    assert earlier_doses([FIRST, second], START + 50 * DAY) == [
        Step(START + 20 * DAY, step(0, "3.00").doses),
        step(0, "1.50"),
    ]


def test_adherence_goes_by_the_plan_of_each_day() -> None:
    """P37: another plan later changes nothing of what an earlier day was compared with."""
    second = Version(2, START + 2 * DAY, "written", (step(2, "3.00"),))
    said = [("taken", "1.50"), ("taken", "3.00"), ("taken", "3.00"), ("skipped", None), ("taken", None), ("", None)]
    rows = [
        DayRow(START + n * DAY, (), status, None if mg is None else Decimal(mg), "")
        for n, (status, mg) in enumerate(said)
    ]
    kept = adherence(rows, [FIRST, second], START - 5 * DAY, START + 6 * DAY)
    assert kept == (2, 2, 1, 2)  # as planned, otherwise, skipped, not recorded (one day has no row)
    assert kept.planned == 7


versions = st.lists(
    st.tuples(
        st.integers(0, 40), st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["1.50", "3.00"])), max_size=4)
    ),
    max_size=5,
).map(
    lambda told: [
        Version(n, START + since * DAY, "written", tuple(step(on, mg) for on, mg in sorted(dict(steps).items())))
        for n, (since, steps) in enumerate(told, start=1)
    ]
)


@given(versions, st.integers(0, 70))
def test_the_line_of_time_and_the_step_of_a_day_agree(told: Sequence[Version], today: int) -> None:
    """Whatever was written when: on every day up to today."""
    found = stretches(told, START + today * DAY)
    for day in (START + n * DAY for n in range(today + 1)):
        shown = [each.step.doses for each in found if each.first <= day and (each.last is None or day <= each.last)]
        expected = step_on(told, day)
        assert shown == ([] if expected is None else [expected.doses])


@given(versions, st.integers(0, 70))
def test_writing_the_same_again_from_a_day_on_changes_nothing(told: Sequence[Version], today: int) -> None:
    """What a new version would have to say is what was in force."""
    day = START + today * DAY
    again = Version(99, day, "written", tuple(from_day(told, day)))
    for n in range(80):
        before, after = (step_on(each, START + n * DAY) for each in (told, [*told, again]))
        same = version_on(told, START + n * DAY) == version_on(told, day) or n < today
        assert not same or (before and before.doses) == (after and after.doses)


def test_a_plan_is_told_in_full_with_what_it_is_made_of() -> None:
    """P62, H16: amounts in figures and in words."""
    twice = Step(START, (PlannedDose(Decimal("1.50"), "morning"), PlannedDose(Decimal("3.00"), "bedtime")))
    (line,) = lines([twice], SupplyFacts("capsules", (Decimal("1.50"),), None))
    assert line.when == "From Tuesday 1 September 2026"
    assert line.dose == "1.5 mg in the morning and 3.0 mg at bedtime"
    assert line.spoken == "one point five milligrams and three milligrams"
    assert line.made_of == "1 × 1.5 mg and 2 × 1.5 mg"
    (line,) = lines([step(0, "4.50")], SupplyFacts("liquid", (), Decimal("5.00")))
    assert line.made_of == "0.9 ml at 5 mg/ml"


@pytest.mark.parametrize(
    ("steps", "before", "asked"),
    [
        ([step(0, "1.50"), step(14, "3.50")], None, 0),
        ([step(0, "1.50"), step(14, "3.51")], None, 1),  # more than 2 mg at once
        ([step(0, "4.50")], None, 0),
        ([step(0, "4.51")], None, 1),
        ([step(0, "1.50"), step(3, "3.00")], None, 0),
        ([step(0, "1.50"), step(2, "3.00")], None, 1),  # sooner than three days
        ([step(0, "1.50")], step(-30, "4.50"), 1),
    ],
)
def test_what_looks_like_a_slip_is_asked_about(steps: list[Step], before: Step | None, asked: int) -> None:
    assert len(questions(steps, before)) == asked


def test_a_yes_to_one_plan_is_no_yes_to_another() -> None:
    plans = [[step(0, "1.50")], [step(0, "1.51")], [step(1, "1.50")], [step(0, "1.50", "morning")], []]
    assert len({digest_text(plan) for plan in plans}) == len(plans)


def test_schedules_have_a_source_and_steps_in_order() -> None:
    for schedule in SCHEDULES:
        steps = schedule.from_day(START)
        assert schedule.source
        assert steps[0].on == START
        assert [each.on for each in steps] == sorted({each.on for each in steps})
