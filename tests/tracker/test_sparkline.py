"""The tiny line of a list."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tracker.sparkline import Sparkline, sparkline

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def line(scores: Sequence[int | None]) -> Sparkline:
    """The tiny line of these days, the last of them today."""
    first = TODAY - (len(scores) - 1) * DAY
    return sparkline([(first + place * DAY, score) for place, score in enumerate(scores)], first, TODAY)


def heights(path: str) -> list[int]:
    """The y of each point of a path."""
    return [int(y) for y in re.findall(r"[ML]\d+ (\d+)", path)]


def test_a_tiny_line_runs_from_0_at_the_foot_to_10_at_the_top() -> None:
    """P54: the axis is 0-10, always."""
    assert set(heights(line([0] * 10).path)) == {70}
    assert set(heights(line([10] * 10).path)) == {6}
    assert set(heights(line([5] * 10).path)) == {38}


def test_a_gap_breaks_a_tiny_line() -> None:
    """P40: never bridged."""
    assert line([5] * 10).path.count("M") == 1
    assert line([5] * 7 + [None] + [5] * 7).path.count("M") == 1
    assert line([5] * 7 + [None] * 2 + [5] * 7).path.count("M") == 2


def test_a_tiny_line_ends_at_its_last_point() -> None:
    whole = line([5] * 10)
    assert whole.end == (314, 38)
    assert whole.path.endswith("L314 38")
    assert line([5] * 8 + [None] * 4).end == (6 + 7 * 308 // 11, 38)


def test_a_lone_point_can_be_seen() -> None:
    """P75: a mean with none beside it is still drawn."""
    assert line([5, 5, 5, 5]).path == "M314 38h2"
    assert line([5, 5, 5, 5, None, None]).path.endswith("h2")


def test_too_few_days_give_no_line_and_say_so() -> None:
    assert line([5, 5, 5]) == Sparkline("", None, "not enough days for a line")
    assert line([None]).path == ""


def test_a_tiny_line_has_words() -> None:
    assert line([2] * 7 + [9] * 7).words == "mean of 7 days, 11 Nov 2026 to 24 Nov 2026: between 2.0 and 9.0"


def test_days_outside_are_not_drawn() -> None:
    """P33: both ends of the range belong to it, what lies beside them does not."""
    pairs = [(TODAY + place * DAY, 5) for place in range(-9, 3)]
    first = TODAY - 6 * DAY
    assert sparkline(pairs, first, TODAY) == sparkline(
        [pair for pair in pairs if first <= pair[0] <= TODAY], first, TODAY
    )


@pytest.mark.parametrize("days", [81, 365, 3650])
def test_a_long_tiny_line_is_thinned(days: int) -> None:
    """P52, P83: a page's size does not grow with the years that a patient has written."""
    thinned = line([day % 10 for day in range(days)])
    assert 40 <= len(heights(thinned.path)) <= 80
    assert thinned.end is not None
    assert thinned.end[0] == 314
