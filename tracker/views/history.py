"""The calendar of what was recorded: the way to any day."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.days import FIRST_DAY, is_editable
from tracker.reading import read_month

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One day of the calendar."""

    date: date
    is_today: bool
    is_future: bool
    is_editable: bool
    written: bool
    dose: str

    @property
    def words(self) -> str:
        """The day for someone who can't see the cell."""
        state = "written" if self.written else "nothing written"
        return f"{self.date:%A} {self.date.day} {self.date:%B}, {state}"


@audience(PATIENT)
@require_safe
def history(request: PatientRequest) -> HttpResponse:
    """One month (?month=YYYY-MM, else the present one)."""
    today = clock.today(request.patient)
    first = asked_month(request.GET.get("month", ""), today)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    last = (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    written = read_month(request.patient, first, last)
    context = {
        "month": first,
        "weeks": [[cell(day, today, written) if day.month == first.month else None for day in week] for week in weeks],
        "previous_month": f"{first - DAY:%Y-%m}" if first > FIRST_DAY else None,
        "next_month": f"{last + DAY:%Y-%m}" if last < today else None,
        "written_days": len(written),
    }
    return render(request, "tracker/history/month.html", context)


def asked_month(text: str, today: date) -> date:
    """The first day of the month that was asked for; of the present month where that is none, or to come."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if FIRST_DAY <= asked <= today else today.replace(day=1)


def cell(day: date, today: date, written: Mapping[date, str]) -> Cell:
    """One day as the calendar shows it."""
    return Cell(
        date=day,
        is_today=day == today,
        is_future=day > today,
        is_editable=is_editable(day, today),
        written=day in written,
        dose=written.get(day, ""),
    )
