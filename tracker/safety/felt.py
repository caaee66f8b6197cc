"""Rules about what was felt: side effects and mood."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from tracker.effects import BY_KEY, Kind, Severity
from tracker.progress import DayRow
from tracker.symptoms import SYMPTOM_KEYS

from .base import DAY, Finding, Level, Record

QUIET_AFTER_SEVERE = 7  # days without a severe one
LASTING_OF, LASTING_FROM, LASTING_UNTIL = 14, 7, 4  # of the last 14 answered days: raised from 7, cleared below 4
MOOD = SYMPTOM_KEYS.index("mood")
MOOD_WORST, MOOD_LOW, MOOD_BETTER = 10, 9, 7
MOOD_RUN, MOOD_RUN_DATES = 3, 5  # answered days in a row, all within so many dates
MOOD_SHOWN = 14  # answered days that the facts speak of


def severe(record: Record, today: date) -> Iterator[Finding]:
    """F5: any severe side effect; urgent where there was one on two days in a row."""
    found = [
        (row.date, [each.label for each in row.effects or () if each.severity == Severity.SEVERE])
        for row in record.days
    ]
    days = [(day, labels) for day, labels in found if labels]
    if not days or days[-1][0] + QUIET_AFTER_SEVERE * DAY < today:
        return
    day, labels = days[-1]
    in_a_row = any(later - sooner == DAY for (sooner, _), (later, _) in pairwise(_since_quiet(days)))
    facts = {"date": day.isoformat(), "effects": labels, "days_since_step": _days_since_step(record, day)}
    level = Level.URGENT if in_a_row else Level.SOON
    yield Finding("F5", level, facts, shows_until=day + QUIET_AFTER_SEVERE * DAY)


def _since_quiet(days: Sequence[tuple[date, list[str]]]) -> Sequence[tuple[date, list[str]]]:
    """The days with a severe effect since the last seven days without one."""
    begin = 0
    for place, ((sooner, _), (later, _)) in enumerate(pairwise(days), start=1):
        if (later - sooner).days > QUIET_AFTER_SEVERE:
            begin = place
    return days[begin:]


def _days_since_step(record: Record, day: date) -> int | None:
    """Days from the planned step in force to this day; None where nothing was planned."""
    step = record.sheet.step_on(day)
    return (day - step.on).days if step else None


def lasting(record: Record, today: date) -> Iterator[Finding]:
    """F6: the same effect moderate or worse on 7 of the last 14 answered days; over when below 4."""
    answered = [row for row in record.days if row.effects is not None][-LASTING_OF:]
    counts: dict[str, int] = {}
    labels: dict[str, str] = {}
    for row in answered:
        for each in {each.key: each for each in row.effects or () if each.severity != Severity.MILD}.values():
            counts[each.key] = counts.get(each.key, 0) + 1
            labels[each.key] = each.label
    for key, count in counts.items():
        if count >= (LASTING_UNTIL if ("F6", key) in record.open_flags else LASTING_FROM):
            facts = {"effect": labels[key], "count": count, "of": len(answered), "date": answered[-1].date.isoformat()}
            yield Finding("F6", Level.SOON, facts, key)


def red(record: Record, today: date) -> Iterator[Finding]:
    """F7: an effect that is never to be waited with, however mild."""
    for row in reversed(record.days):
        found = [each for each in row.effects or () if BY_KEY[each.key].kind == Kind.RED]
        if found:
            facts = {"date": row.date.isoformat(), "effects": [each.label for each in found]}
            yield Finding("F7", Level.URGENT, {**facts, "keys": [each.key for each in found]})
            return


def mood(record: Record, today: date) -> Iterator[Finding]:
    """F10: 10 on a day is soon; 9 or 10 on three answered days in a row within five dates is urgent.

    It is over when the mood was 7 or better on three answered days in a row. Blank days neither break
    nor make a run.
    """
    answered = [(row.date, score) for row in record.days if (score := _mood(row)) is not None]
    level = ""
    for place, (day, score) in enumerate(answered):
        run = answered[max(place - MOOD_RUN + 1, 0) : place + 1]
        is_run = len(run) == MOOD_RUN
        if is_run and all(each <= MOOD_BETTER for _, each in run):
            level = ""
        elif is_run and all(each >= MOOD_LOW for _, each in run) and (day - run[0][0]).days < MOOD_RUN_DATES:
            level = Level.URGENT
        elif score >= MOOD_WORST:
            level = level or Level.SOON
    if level:
        shown = answered[-MOOD_SHOWN:]
        low = [day for day, score in shown if score >= MOOD_LOW]
        last = max((day for day, score in answered if score >= MOOD_LOW), default=answered[-1][0])
        yield Finding("F10", level, {"count": len(low), "of": len(shown), "date": last.isoformat()})


def _mood(row: DayRow) -> int | None:
    return row.scores[MOOD] if len(row.scores) > MOOD else None
