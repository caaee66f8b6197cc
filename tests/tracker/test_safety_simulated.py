"""F8 on made-up steady diaries: how often it would alarm about nothing, and how soon it sees what is there."""

import math
from datetime import date, timedelta
from random import Random

import pytest

from tracker.progress import DayRow, baseline
from tracker.safety import Record
from tracker.safety.course import worse
from tracker.sheet import BaselineFacts, Sheet

START = date(2026, 1, 1)
DAY = timedelta(days=1)
COURSES, BEFORE, AFTER = 120, 14, 84


def flagged(seed: int, *, sd: float, rise: float = 0.0) -> bool:
    """Whether pain is flagged in twelve weeks: whole numbers, half of a day's noise left the next day."""
    random, noise = Random(seed), 0.0  # noqa: S311  (a simulation)
    rows = []
    for day in range(-BEFORE, AFTER):
        noise = 0.5 * noise + random.gauss(0, sd * math.sqrt(1 - 0.5**2))
        level = 5.5 + (rise if day >= 28 else 0.0)
        score = min(10, max(0, math.floor(level + noise + 0.5)))
        rows.append(DayRow(START + day * DAY, (score, None, None, None, None), "", None, ""))
    before = baseline([(row.date, row.scores[0]) for row in rows], START, START - BEFORE * DAY)
    assert before is not None
    sheet = Sheet(is_open=True, first_dose=START, baseline={"pain": BaselineFacts(*before)})
    return any(
        list(worse(Record(sheet, rows[BEFORE + day - 27 : BEFORE + day + 1]), START + day * DAY))
        for day in range(13, AFTER)
    )


@pytest.mark.parametrize("sd", [1.2, 1.6])
def test_a_steady_diary_is_seldom_called_worse(sd: float) -> None:
    """H8, CLINICAL.md §6.1: 2 to 4 in 100 in twelve weeks for the main symptom; a week's rule would be 18 to 40."""
    assert sum(flagged(seed, sd=sd) for seed in range(COURSES)) / COURSES <= 0.08


def test_a_rise_that_is_there_is_seen_in_most_courses() -> None:
    """H7: three and a half points, about 90 in 100."""
    assert sum(flagged(seed, sd=1.4, rise=3.5) for seed in range(COURSES)) / COURSES >= 0.8
