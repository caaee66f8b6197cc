"""The treatment as a line of time: before, each dose as it was planned, what is to come, the review, the stop.

Plain functions over plain data.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.dose import mg_text
from tracker.plan import DAY, Stretch, stretches
from tracker.plan_text import step_words
from tracker.progress import PAUSE_DAYS, TAKEN, DayRow, week_on_ldn
from tracker.sheet import Sheet

DONE, NOW, TO_COME = "past", "now", ""


class Item(NamedTuple):
    """One mark on the line."""

    state: str  # "past", "now" or "" (to come)
    what: str
    when: str
    remark: str = ""


class Due(NamedTuple):
    """A step that was planned and is not what is recorded."""

    planned: str  # "4.5 mg at bedtime"
    since: date
    taken: str  # "3.0 mg"


def short_day(day: date) -> str:
    """ "Fri 11 September"."""
    return f"{day:%a} {day.day} {day:%B}"


def timeline(sheet: Sheet, today: date, *, written_before: int, stop_words: str = "") -> list[Item]:
    """Every mark of the present episode, oldest first; ``written_before`` is the number of days written before LDN."""
    found = [_before(sheet, today, written_before)] if not sheet.already_taking and sheet.opened_on else []
    last = sheet.ended_on or today
    found += [
        _step(stretch, today, sheet.ended_on)
        for stretch in stretches(sheet.versions, last)
        if sheet.ended_on is None or stretch.first <= sheet.ended_on
    ]
    if sheet.review_on is not None and sheet.ended_on is None:
        found.append(_review(sheet, sheet.review_on, stop_words))
    if sheet.ended_on is not None:
        found.append(Item(DONE, "Stopped", f"Last day {short_day(sheet.ended_on)}"))
    return found


def _before(sheet: Sheet, today: date, written: int) -> Item:
    """The days before the first dose: what everything later is measured against."""
    begins, opened = sheet.first_dose or sheet.starts_on, sheet.opened_on or today
    until = begins - DAY if begins is not None else None
    state = DONE if sheet.first_dose is not None and sheet.first_dose <= today else NOW
    when = f"From {short_day(opened)}" if until is None else f"{short_day(opened)} to {short_day(until)}"
    return Item(state, "Before LDN", f"{when}, {written} day{'' if written == 1 else 's'} written")


def _step(stretch: Stretch, today: date, ended_on: date | None) -> Item:
    what = step_words(stretch.step) + (", hold" if stretch.is_hold else "")
    last = stretch.last if ended_on is None or (stretch.last and stretch.last < ended_on) else ended_on
    if stretch.first > today:
        return Item(TO_COME, what, f"From {short_day(stretch.first)}")
    if last is None or (last >= today and ended_on is None):
        return Item(NOW, what, f"Since {short_day(stretch.first)}")
    return Item(DONE, what, f"{short_day(stretch.first)} to {short_day(last)}, {length(stretch.first, last)}")


def _review(sheet: Sheet, day: date, stop_words: str) -> Item:
    week = f", week {week_on_ldn(day, sheet.first_dose)}" if sheet.first_dose and not sheet.already_taking else ""
    state = DONE if sheet.reviewed_on is not None else TO_COME
    return Item(state, "Review visit", short_day(day) + week, f"Agreed: {stop_words}" if stop_words else "")


def length(first: date, last: date) -> str:
    """How long, both days included: "3 weeks", "10 days"."""
    days = (last - first).days + 1
    if days % 7 == 0:
        return f"{days // 7} week{'' if days == 7 else 's'}"
    return f"{days} day{'' if days == 1 else 's'}"


def in_days(day: date, today: date) -> str:
    """ "today", "tomorrow", "in 3 days"."""
    days = (day - today).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def due_not_taken(sheet: Sheet, rows: Sequence[DayRow], today: date) -> Due | None:
    """A planned step whose day has come while the doses recorded since then are all another amount."""
    step = sheet.step_on(today)
    if step is None or step.on > today:
        return None
    since = [row.mg for row in rows if row.date >= step.on and row.dose_status == TAKEN and row.mg is not None]
    if not since or step.mg in since:
        return None
    return Due(step_words(step), step.on, mg_text(since[-1]))


def pause_now(rows: Sequence[DayRow], sheet: Sheet, today: date) -> date | None:
    """The first day of a pause that lasts until today: seven days in a row without a dose on record; else None."""
    if not sheet.is_open or sheet.first_dose is None:
        return None
    taken = [row.date for row in rows if row.dose_status == TAKEN]
    last = max(taken, default=sheet.first_dose)
    return last + DAY if (today - last).days >= PAUSE_DAYS else None


def after_stop_until(ended_on: date) -> date:
    """The last day of the two-week diary after a stop."""
    return ended_on + timedelta(days=14)
