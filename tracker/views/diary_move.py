"""What was written on the wrong day moves to the day before, in one act."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.days import is_editable
from tracker.plan import DAY
from tracker.recording import CannotMove, move_to_the_day_before


@audience(PATIENT)
@require_POST
def diary_move(request: PatientRequest, day: date) -> HttpResponse:
    """Move this day’s answers to the day before; refused where that one has answers, or is too long ago."""
    before, today = day - DAY, clock.today(request.patient)
    version = request.POST.get("version", "")
    started_from = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    if not (is_editable(day, today) and is_editable(before, today)):
        messages.warning(request, "Only today and the 14 days before it can be changed. Nothing was moved.")
        return redirect("tracker:diary_day", day)
    try:
        move_to_the_day_before(request.patient, day, started_from=started_from, by=request.user, now=clock.now())
    except CannotMove:
        messages.warning(request, "Nothing was moved: the day before has answers, or this day was changed meanwhile.")
        return redirect("tracker:diary_day", day)
    messages.success(request, f"Moved to {before:%A} {before.day} {before:%B}.")
    return redirect("tracker:diary_day", before)
