"""The diary date: which day an instant belongs to, and which days may still be written.

Everything here takes the moment as an argument; nothing reads a clock. A diary date is a calendar
date in the patient's own time zone with the patient's own day end: with a day end of 03:00, 00:20
on Wednesday belongs to Tuesday. It is never derived from UTC or from the server's clock.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FIRST_DAY = date(2000, 1, 1)  # earlier dates are typing errors: no diary here is that old
EDITABLE_DAYS_BACK = 14  # today and the 14 days before it can be filled in or put right


class Written(StrEnum):
    """When an entry was first written, seen from the day that it speaks of."""

    SAME_DAY = "same day"
    NEXT_DAY = "next day"
    LATER = "later"


def diary_date(moment: datetime, zone: ZoneInfo, day_end: time) -> date:
    """The diary date that this aware moment belongs to.

    The day end is taken off the wall clock, not off the instant, so that a night in which the
    clocks change (23 or 25 hours) still ends its day at the time that the patient chose.
    """
    wall_clock = moment.astimezone(zone).replace(tzinfo=None)
    return (wall_clock - timedelta(hours=day_end.hour, minutes=day_end.minute)).date()


def is_editable(day: date, today: date) -> bool:
    """Whether this diary date may be written: today or one of the 14 days before it."""
    return earliest_editable(today) <= day <= today


def earliest_editable(today: date) -> date:
    """The oldest diary date that may still be written."""
    return today - timedelta(days=EDITABLE_DAYS_BACK)


def written(day: date, written_on: date) -> Written:
    """How long after its day an entry was first written; both are diary dates."""
    days_after = (written_on - day).days
    if days_after <= 0:
        return Written.SAME_DAY
    return Written.NEXT_DAY if days_after == 1 else Written.LATER
