"""Side effects by how long ago the dose was changed, and when-needed medicines by the days on which they were taken.

Plain functions over plain data.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.effects import Severity
from tracker.progress import DAY, DayRow
from tracker.sheet import Sheet

# (first day, last day or None, words), the day of the change being day 1. The first week is where trials and
# patients look for settling in; the second tells what lasts.
SPANS: tuple[tuple[int, int | None, str], ...] = (
    (1, 3, "days 1–3"),
    (4, 7, "days 4–7"),
    (8, 14, "days 8–14"),
    (15, None, "day 15 on"),
)
LATELY_DAYS = 28


class Span(NamedTuple):
    """One effect in one span of days since a change."""

    days: int  # with this effect
    strong: int  # of these, moderate or severe
    answered: int  # days of the span on which side effects were recorded at all

    @property
    def words(self) -> str:
        """ "3 of 5 (1 moderate or severe)"; empty where nothing was recorded."""
        if not self.answered:
            return ""
        more = f" ({self.strong} moderate or severe)" if self.strong else ""
        return f"{self.days} of {self.answered}{more}"


class EffectLine(NamedTuple):
    """One effect over all spans."""

    label: str
    total: int
    spans: tuple[Span, ...]


class NeededLine(NamedTuple):
    """One when-needed medicine, and the days on which it was taken."""

    name: str
    days: int
    written: int  # days written while it was on the list
    lately: int  # of the last 28 days
    written_lately: int


def since_changes(rows: Sequence[DayRow], changes: Sequence[date]) -> list[EffectLine]:
    """Each effect that was recorded, by days since the last change of dose or time; the most frequent first.

    Days before the first change are not counted: there is nothing that they are days after.
    """
    told = [(span, row) for row in rows if row.effects is not None and (span := _span(row.date, changes)) is not None]
    answered = [sum(span == place for span, _ in told) for place in range(len(SPANS))]
    labels = {(each.key, each.words): each.label for _, row in told for each in row.effects or ()}
    lines = []
    for key, label in labels.items():
        felt = [(span, each) for span, row in told for each in row.effects or () if (each.key, each.words) == key]
        spans = tuple(
            Span(
                days=sum(span == place for span, _ in felt),
                strong=sum(span == place and each.severity != Severity.MILD for span, each in felt),
                answered=answered[place],
            )
            for place in range(len(SPANS))
        )
        lines.append(EffectLine(label, len(felt), spans))
    return sorted(lines, key=lambda line: (-line.total, line.label))


def _span(day: date, changes: Sequence[date]) -> int | None:
    """Which span a day is in; None before the first change."""
    begun = [change for change in changes if change <= day]
    if not begun:
        return None
    number = (day - begun[-1]).days + 1
    return next(place for place, (_, last, _) in enumerate(SPANS) if last is None or number <= last)


def when_needed(rows: Sequence[DayRow], sheet: Sheet, today: date) -> list[NeededLine]:
    """Each when-needed medicine with the days on which it was taken, of the days written."""
    lately = today - (LATELY_DAYS - 1) * DAY
    lines = []
    for medicine in sheet.medicines:
        days = [row for row in rows if medicine.pk in row.as_needed]
        if not medicine.is_as_needed and not days:
            continue
        listed = max(filter(None, (medicine.added_on, medicine.since)))
        written = [
            row for row in rows if medicine.pk in row.as_needed or (medicine.taken_on(row.date) and row.date >= listed)
        ]
        lines.append(
            NeededLine(
                name=medicine.name,
                days=len(days),
                written=len(written),
                lately=sum(row.date >= lately for row in days),
                written_lately=sum(row.date >= lately for row in written),
            )
        )
    return lines
