"""Means, weeks and phases, on both sides of each boundary."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress import DayRow, Mean, Phase, mean, now, phases, recent, week_means, week_on_ldn

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)
SCORES = st.lists(st.none() | st.integers(0, 10), max_size=60)


def doses(*words: str, begin: date = FIRST) -> list[DayRow]:
    """A row a word, a day each: "3" at bedtime, "3 morning", "3 ?" no time, "?" no amount, "x" skipped, "" no row."""
    rows = []
    for place, word in enumerate(words):
        day = begin + place * DAY
        amount, _, time = word.partition(" ")
        if word == "x":
            rows.append(DayRow(day, (), "skipped", None, ""))
        elif word:
            mg = None if amount == "?" else Decimal(amount)
            rows.append(DayRow(day, (), "taken", mg, {"": "bedtime", "?": ""}.get(time, time)))
    return rows


def spans(rows: Sequence[DayRow], last: int) -> list[tuple[int, int, str, str]]:
    """The phases with days counted from the first one, the amount as text."""
    return [
        ((first - FIRST).days, (end - FIRST).days, "pause" if mg is None else f"{mg}", timing)
        for first, end, mg, timing in phases(rows, FIRST + last * DAY)
    ]


def test_a_blank_answer_is_left_out_of_a_mean() -> None:
    """P40: blank is not zero, and the count says how many are behind the mean."""
    assert mean([6, None, 8]) == Mean(7.0, days=2)


def test_no_answer_gives_no_mean() -> None:
    """P40: nothing answered is nothing, not zero."""
    assert mean([None, None]) is None
    assert mean([0]) == Mean(0.0, days=1)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0"), (4.25, "4.3"), (4.75, "4.8"), (4.35, "4.4"), (4.65, "4.7"), (14 / 3, "4.7"), (10.0, "10.0")],
)
def test_a_mean_is_shown_with_one_decimal_place_and_halves_go_up(value: float, text: str) -> None:
    assert Mean(value, days=8).text == text


def test_a_mean_says_how_many_days_are_behind_it() -> None:
    assert Mean(4.0, days=1).days_text == "1 day"
    assert Mean(4.0, days=13).days_text == "13 days"


def test_the_last_14_days_hold_today_and_the_13_before_it() -> None:
    """P33: both ends of the window."""
    today = FIRST + 20 * DAY
    scores = [(today - back * DAY, back) for back in range(-1, 16)]
    assert recent(scores, today) == list(range(14))


@pytest.mark.parametrize(("answered", "expected"), [(6, None), (7, Mean(5.0, days=7)), (14, Mean(5.0, days=14))])
def test_now_is_silent_under_seven_answered_days(answered: int, expected: Mean | None) -> None:
    """P40, P60: a mean of too few days is not shown, and blanks do not fill it up."""
    scores = [(FIRST + place * DAY, 5 if place < answered else None) for place in range(14)]
    assert now(scores, FIRST + 13 * DAY) == expected


def test_the_line_needs_four_of_seven_days() -> None:
    assert week_means([4, 4, 4]) == [None, None, None]
    assert week_means([4, 5, 6, 7]) == [None, None, None, 550]


def test_one_blank_day_does_not_cut_the_line_and_two_do() -> None:
    """P40: a gap is never bridged by a line, nor drawn as zero."""
    assert week_means([4, 4, 4, 4, None, 4]) == [None, None, None, 400, 400, 400]
    assert week_means([4, 4, 4, 4, None, None, 4, 4]) == [None, None, None, 400, None, None, 400, 400]


def test_a_blank_day_at_either_end_cuts_nothing_by_itself() -> None:
    assert week_means([None, 4, 4, 4, 4])[-1] == 400
    assert week_means([4, 4, 4, 4, None])[-1] == 400


@given(SCORES)
def test_the_line_is_the_mean_of_each_week_of_days(scores: list[int | None]) -> None:
    """P40, P52: the running sum equals the sum done anew for each day."""
    for day, shown in enumerate(week_means(scores)):
        expected = mean(scores[max(0, day - 6) : day + 1])
        if shown is None:
            around = scores[max(0, day - 1) : day + 2]
            in_gap = scores[day] is None and any(a is None and b is None for a, b in pairwise(around))
            assert in_gap or expected is None or expected.days < 4
        else:
            assert expected is not None
            assert expected.days >= 4
            assert abs(shown / 100 - expected.value) <= 0.005 + 1e-9


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 3, 2), 1),
        (date(2026, 3, 8), 1),
        (date(2026, 3, 9), 2),
        (date(2026, 5, 24), 12),  # twelve weeks later, over a change of the clocks, begins week 13
        (date(2026, 5, 25), 13),
        (date(2027, 3, 1), 53),
        (date(2026, 3, 1), 0),
    ],
)
def test_weeks_are_counted_by_calendar_dates(day: date, week: int) -> None:
    """P34: a week is seven dates, not a quarter of a month."""
    assert week_on_ldn(day, FIRST) == week


def test_a_course_without_a_dose_has_no_phase() -> None:
    assert phases([], FIRST) == []
    assert phases(doses("x", "x"), FIRST + DAY) == []


def test_a_phase_begins_with_the_first_dose_and_lasts_to_the_last_day() -> None:
    assert phases(doses("x", "1.5", "1.5"), FIRST + 4 * DAY) == [
        Phase(FIRST + DAY, FIRST + 4 * DAY, Decimal("1.5"), "bedtime")
    ]


def test_a_phase_changes_on_the_first_of_three_days_at_a_new_amount() -> None:
    """P33: the first of the three days belongs to the new phase."""
    assert spans(doses("1.5", "1.5", "3", "3", "3"), 4) == [(0, 1, "1.5", "bedtime"), (2, 4, "3", "bedtime")]


@pytest.mark.parametrize("words", [["3", "1.5"], ["3", "3", "1.5"], ["3", "4.5", "6", "1.5"], ["3", "3"]])
def test_fewer_than_three_days_in_a_row_at_one_new_amount_change_nothing(words: list[str]) -> None:
    assert spans(doses("1.5", "1.5", *words), 5) == [(0, 5, "1.5", "bedtime")]


@pytest.mark.parametrize("between", ["x", "", "?"])
def test_days_that_say_nothing_of_the_amount_do_not_break_a_row(between: str) -> None:
    """P38, P73: skipped, not recorded and taken without an amount end no phase and begin none."""
    assert spans(doses("1.5", between, "3", between, "3", "3"), 5) == [(0, 1, "1.5", "bedtime"), (2, 5, "3", "bedtime")]


def test_another_time_of_day_is_another_phase() -> None:
    rows = doses("3", "3", "3 morning", "3 morning", "3 morning")
    assert spans(rows, 4) == [(0, 1, "3", "bedtime"), (2, 4, "3", "morning")]


def test_amount_and_time_may_change_on_different_days() -> None:
    rows = doses("1.5", "3", "3 morning", "3 morning", "3 morning")
    assert spans(rows, 4) == [(0, 0, "1.5", "bedtime"), (1, 1, "3", "bedtime"), (2, 4, "3", "morning")]


def test_a_time_that_was_not_written_changes_nothing() -> None:
    """P38: not recorded is not "another time"."""
    assert spans(doses("3 ?", "3 ?", "3 ?", "3", "3", "3 ?", "3 ?", "3 ?"), 7) == [(0, 7, "3", "bedtime")]
    assert spans(doses("3 ?"), 1) == [(0, 1, "3", "")]


@pytest.mark.parametrize("nothing", ["x", ""])
def test_seven_days_without_a_dose_are_a_pause_and_six_are_not(nothing: str) -> None:
    """P33: both sides of the boundary, between two doses."""
    assert spans(doses("3", *[nothing] * 6, "3"), 7) == [(0, 7, "3", "bedtime")]
    assert spans(doses("3", *[nothing] * 7, "3"), 8) == [
        (0, 0, "3", "bedtime"),
        (1, 7, "pause", ""),
        (8, 8, "3", "bedtime"),
    ]


def test_a_pause_may_reach_to_the_last_day() -> None:
    """P33: the last day counts as one of the seven."""
    assert spans(doses("3"), 6) == [(0, 6, "3", "bedtime")]
    assert spans(doses("3"), 7) == [(0, 0, "3", "bedtime"), (1, 7, "pause", "")]


def test_after_a_pause_the_first_dose_counts_at_once() -> None:
    assert spans(doses("4.5", *[""] * 7, "1.5"), 8)[-1] == (8, 8, "1.5", "bedtime")


def test_a_dose_without_an_amount_is_a_dose_but_never_filled_in() -> None:
    """P73: it keeps a pause away, and a course that begins with such days has no amount until one is written."""
    assert spans(doses("3", *["?"] * 8), 8) == [(0, 8, "3", "bedtime")]
    assert spans(doses("?", "?", "3"), 2) == [(2, 2, "3", "bedtime")]
    assert spans(doses("?", "?"), 1) == []


def test_days_after_the_last_one_are_not_looked_at() -> None:
    """P33: nothing later reaches into a window."""
    assert spans(doses("1.5", "1.5", "3", "3", "3"), 3) == [(0, 3, "1.5", "bedtime")]


WORDS = st.lists(st.sampled_from(["", "x", "?", "1.5", "3", "3 morning", "4.5 ?"]), max_size=50)


@given(WORDS, st.integers(0, 12))
def test_phases_follow_each_other_without_a_hole(words: list[str], more: int) -> None:
    """P33, P36: every day from the first amount on is in one phase only, of an amount on record."""
    rows, last_day = doses(*words), FIRST + (len(words) + more) * DAY
    found = phases(reversed(rows), last_day)
    assert found == phases(rows, last_day)
    for before, after in pairwise(found):
        assert after.first == before.last + DAY or before.mg is None or after.mg is None
        assert (after.mg, after.timing) != (before.mg, before.timing)
    for phase in found:
        assert phase.first <= phase.last <= last_day
        taken = [row for row in rows if row.dose_status == "taken" and row.date <= phase.last]
        if phase.mg is None:
            assert all(row.date < phase.first for row in taken)
        else:
            assert phase.mg in [row.mg for row in taken]
