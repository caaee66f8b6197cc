"""Means, weeks on LDN and phases of a course.

A score is a whole number 0-10, 0 best; None means "not answered" and is left out of every sum and
count. Every window ends at the patient's own diary date, which is an argument. How many days a mean
needs, and when a change of dose counts, are this project's own rules: no trial of low-dose
naltrexone gives one for a diary with gaps.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import sqrt
from operator import attrgetter
from typing import NamedTuple, TypeVar

from tracker.effects import SideEffects

Value = TypeVar("Value", Decimal, str)
Change = tuple[date, Value]  # the day from which on a value is in force

TAKEN, SKIPPED = "taken", "skipped"  # any other dose status is "not recorded"
DAY = timedelta(days=1)

RECENT_DAYS = 14  # the window of "now", its last day included
MINIMUM_ANSWERED_DAYS = 7  # fewer give no mean of that window
LINE_DAYS = 7  # the window behind each point of a chart's line
LINE_ANSWERED_DAYS = 4
SETTLING_DAYS = 7  # from each change of dose or of its time of day
STEADY_DAYS = 3  # recorded in a row before a change counts as a new phase
PAUSE_DAYS = 7  # in a row without a dose
BASELINE_DAYS, LONG_BASELINE_DAYS = 14, 28  # before the first dose; the long one where the diary is that old


class DayRow(NamedTuple):
    """One diary date on which something was recorded."""

    date: date
    scores: tuple[int | None, ...]  # in the order of SYMPTOMS
    dose_status: str  # "" not recorded, "taken", "skipped"
    mg: Decimal | None  # what was taken that day in all, None where no amount was given
    timing: str  # "bedtime", "morning", "other" or "": of the day's first dose
    effects: SideEffects | None = None  # None: not recorded; (): none that day
    as_needed: tuple[int, ...] = ()  # numbers of the when-needed medicines that were taken


class Mean(NamedTuple):
    """A mean of scores and the number of answered days behind it."""

    value: float
    days: int

    @property
    def text(self) -> str:
        """The mean as it is shown everywhere: one decimal place, halves up ("4.3" for 4.25)."""
        return str(Decimal(str(self.value)).quantize(Decimal("0.1"), ROUND_HALF_UP))

    @property
    def days_text(self) -> str:
        """How many days are behind it, in words ("13 days")."""
        return f"{self.days} day{'' if self.days == 1 else 's'}"


class Baseline(NamedTuple):
    """How one symptom was before the first dose."""

    mean: float
    sd: float  # population, of the answered days
    days: int  # answered, of the window


class Phase(NamedTuple):
    """A stretch of days on one dose at one time of day; both ends are part of it."""

    first: date
    last: date
    mg: Decimal | None  # None: seven days or more without a dose on record
    timing: str


class DoseDays(NamedTuple):
    """How many days of a stretch say what of the dose."""

    taken: int
    skipped: int
    not_recorded: int


def mean(scores: Iterable[int | None]) -> Mean | None:
    """Mean of the answered scores, or None where there are none: [6, None, 8] is 7 from 2 days."""
    answered = [score for score in scores if score is not None]
    return Mean(sum(answered) / len(answered), len(answered)) if answered else None


def recent(scores: Iterable[tuple[date, int | None]], today: date) -> list[int]:
    """The answered scores of the 14 days that end with today, from any number of (date, score)."""
    opening = today - RECENT_DAYS * DAY
    return [score for day, score in scores if opening < day <= today and score is not None]


def now(scores: Iterable[tuple[date, int | None]], today: date) -> Mean | None:
    """Mean of the last 14 days, today included; None where fewer than 7 of them are answered."""
    answered = recent(scores, today)
    return mean(answered) if len(answered) >= MINIMUM_ANSWERED_DAYS else None


def baseline(scores: Iterable[tuple[date, int | None]], first_dose: date, began: date) -> Baseline | None:
    """The days before the first taken dose; None where fewer than 7 of the window are answered.

    The window is the 14 days before it (as in the 2013 crossover trial, doi:10.1002/art.37734), or all
    28 where the diary was begun 28 days or more before it (DESIGN.md §6). The minimum is ours.
    """
    length = LONG_BASELINE_DAYS if (first_dose - began).days >= LONG_BASELINE_DAYS else BASELINE_DAYS
    opening = first_dose - length * DAY
    answered = [score for day, score in scores if opening <= day < first_dose and score is not None]
    if len(answered) < MINIMUM_ANSWERED_DAYS:
        return None
    level = sum(answered) / len(answered)
    return Baseline(level, sqrt(sum((score - level) ** 2 for score in answered) / len(answered)), len(answered))


def week_means(scores: Sequence[int | None]) -> list[int | None]:
    """For each day the mean of the seven days that end with it, in whole hundredths of a point.

    None where fewer than 4 of them are answered, and on every day of a gap of two days or more: a
    single blank day does not cut the line. Hundredths, rounded half up, because a chart of ten
    years holds 18,000 of them. Work grows linearly with the days.
    """
    means: list[int | None] = []
    total = count = 0
    was_answered = True  # before the first day nothing is missing
    last = len(scores) - 1
    for day, score in enumerate(scores):
        if score is not None:
            total += score
            count += 1
        leaving = scores[day - LINE_DAYS] if day >= LINE_DAYS else None
        if leaving is not None:
            total -= leaving
            count -= 1
        in_gap = score is None and (not was_answered or (day < last and scores[day + 1] is None))
        means.append(None if in_gap or count < LINE_ANSWERED_DAYS else (200 * total + count) // (2 * count))
        was_answered = score is not None
    return means


def week_on_ldn(day: date, first: date) -> int:
    """The week of treatment that a day is in; the day of the first dose and the six after it are week 1.

    Counted by calendar dates. Zero or less before the first dose.
    """
    return (day - first).days // 7 + 1


def dose_days(rows: Iterable[DayRow], first: date, last: date) -> DoseDays:
    """How many days from first to last, both included, say taken, skipped or nothing of the dose."""
    said = [row.dose_status for row in rows if first <= row.date <= last]
    taken, skipped = said.count(TAKEN), said.count(SKIPPED)
    return DoseDays(taken, skipped, (last - first).days + 1 - taken - skipped)


def phases(rows: Iterable[DayRow], last_day: date) -> list[Phase]:
    """The phases of a course up to last_day, as the dose was taken and not as it was planned.

    A phase changes on the first of three recorded days in a row at a new amount or time of day, so a
    single different day changes nothing. Days skipped or not recorded end no phase, but seven days
    in a row without a dose on record are one of their own, with no amount. A dose without an amount
    is a dose, and is never filled in: where a course begins with such days, its first phase begins
    with the first amount. Empty where no amount was ever recorded.
    """
    taken = sorted((row for row in rows if row.dose_status == TAKEN and row.date <= last_day), key=attrgetter("date"))
    found: list[Phase] = []
    for run, next_dose in _runs(taken, last_day):
        pause = run[-1].date + DAY
        is_pause = (next_dose - pause).days >= PAUSE_DAYS
        found += _steps(run, (pause if is_pause else next_dose) - DAY)
        if is_pause:
            found.append(Phase(pause, next_dose - DAY, None, ""))
    return found


def _runs(taken: Sequence[DayRow], last_day: date) -> Iterator[tuple[Sequence[DayRow], date]]:
    """Doses up to each pause, with the day of the next dose (after the last one: the day after last_day)."""
    begin = 0
    for place, (row, following) in enumerate(pairwise(taken), start=1):
        if (following.date - row.date).days > PAUSE_DAYS:
            yield taken[begin:place], following.date
            begin = place
    if taken:
        yield taken[begin:], last_day + DAY


def _steps(run: Sequence[DayRow], last: date) -> list[Phase]:
    """The phases of doses without a pause among them; the last one ends on the day given."""
    known = [row for row in run if row.mg is not None]
    amounts = _changes([(row.date, row.mg) for row in known if row.mg is not None])
    if not amounts:
        return []
    times = _changes([(row.date, row.timing) for row in known if row.timing]) or [(last, "")]
    begins = sorted({day for day, _ in [*amounts, *times[1:]]})
    ends = [*(day - DAY for day in begins[1:]), last]
    return [Phase(begin, end, _at(amounts, begin), _at(times, begin)) for begin, end in zip(begins, ends, strict=True)]


def _changes(recorded: Sequence[Change[Value]]) -> list[Change[Value]]:
    """The first recorded value, then each new one from the first of three recorded days in a row on it."""
    changes = list(recorded[:1])
    for place, (day, value) in enumerate(recorded):
        if value == changes[-1][1]:
            continue
        steady = recorded[place : place + STEADY_DAYS]
        if len(steady) == STEADY_DAYS and all(later == value for _, later in steady):
            changes.append((day, value))
    return changes


def _at(changes: Sequence[Change[Value]], day: date) -> Value:
    """The value in force on a day; the first one for the days before it."""
    return next((value for since, value in reversed(changes) if since <= day), changes[0][1])
