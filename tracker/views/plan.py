"""The plan: written from rows, read in full, and only then kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock, plan
from tracker.forms.plan import BackForm, HoldForm, PlanForm, ScheduleForm
from tracker.models import Episode, PlanKind
from tracker.plan import Step
from tracker.plan_text import digest_text, lines, questions
from tracker.planning import write_plan
from tracker.reading import read_sheet
from tracker.schedules import BY_KEY
from tracker.sheet import Sheet

FORMS = ["GET", "HEAD", "POST"]


class Proposal(NamedTuple):
    """A version of the plan that was typed and not read yet."""

    steps: Sequence[Step]
    kind: str
    words: str
    hold_until: date | None = None


def begun(request: PatientRequest) -> Episode | None:
    """The open episode, without which there is no plan."""
    return Episode.objects.current(request.patient)


@audience(PATIENT)
@require_http_methods(FORMS)
def write(request: PatientRequest) -> HttpResponse:
    """Write the plan, or another version of it."""
    episode = begun(request)
    if episode is None:
        return redirect("tracker:first_run")
    today, sheet = clock.today(request.patient), read_sheet(request.patient)
    steps: Sequence[Step] = plan.from_day(sheet.versions, today)
    posted = request.POST if request.method == "POST" else None
    schedule = ScheduleForm(posted if posted and "fill" in posted else None, today=today)
    if schedule.is_bound and schedule.is_valid():
        posted, steps = None, BY_KEY[schedule.cleaned_data["schedule"]].from_day(schedule.cleaned_data["first"])
    form = PlanForm(posted, sheet=sheet, today=today, steps=steps)
    if posted is None or "more" in posted or "fill" in posted or "change" in posted:
        return rows_page(request, form, schedule, sheet, status=422 if schedule.errors else 200)
    if not form.is_valid():
        return rows_page(request, form, schedule, sheet, status=422)
    words = form.words.cleaned_data["words"]
    return confirm(request, episode, sheet, Proposal(form.steps, PlanKind.WRITTEN, words), "tracker:plan")


@audience(PATIENT)
@require_http_methods(FORMS)
def hold(request: PatientRequest) -> HttpResponse:
    """Stay on this dose for now."""
    episode, sheet, today = begun(request), read_sheet(request.patient), clock.today(request.patient)
    if episode is None or sheet.step_on(today) is None:
        return redirect("tracker:treatment")
    posted = request.POST if request.method == "POST" else None
    form = HoldForm(posted)
    if posted is None or "change" in posted or not form.is_valid():
        return short_page(request, form, "hold", sheet.step_on(today))
    steps, until = plan.held(sheet.versions, today, form.cleaned_data["weeks"])
    proposal = Proposal(steps, PlanKind.HELD, form.cleaned_data["words"], until)
    return confirm(request, episode, sheet, proposal, "tracker:hold")


@audience(PATIENT)
@require_http_methods(FORMS)
def back(request: PatientRequest) -> HttpResponse:
    """Back to an earlier dose; what was planned after it has to be written anew."""
    episode, sheet, today = begun(request), read_sheet(request.patient), clock.today(request.patient)
    earlier = plan.earlier_doses(sheet.versions, today)
    if episode is None or not earlier:
        return redirect("tracker:treatment")
    posted = request.POST if request.method == "POST" else None
    form = BackForm(posted, earlier=earlier)
    if posted is None or "change" in posted or not form.is_valid():
        return short_page(request, form, "back", sheet.step_on(today))
    proposal = Proposal([form.chosen._replace(on=today)], PlanKind.BACK, form.cleaned_data["words"])
    return confirm(request, episode, sheet, proposal, "tracker:back")


def rows_page(
    request: PatientRequest, form: PlanForm, schedule: ScheduleForm, sheet: Sheet, *, status: int
) -> HttpResponse:
    """The rows, to be written."""
    context = {"form": form, "schedule": schedule, "has_plan": bool(sheet.versions)}
    return render(request, "tracker/plan/rows.html", context, status=status)


def short_page(request: PatientRequest, form: Any, which: str, now: Step | None) -> HttpResponse:
    """The short form of a hold or of a step back."""
    status = 422 if form.errors and "change" not in request.POST else 200
    return render(request, f"tracker/plan/{which}.html", {"form": form, "now": now}, status=status)


def confirm(request: PatientRequest, episode: Episode, sheet: Sheet, proposal: Proposal, page: str) -> HttpResponse:
    """Show the whole plan before and after, to be read; write it once it was confirmed (P62)."""
    today, digest = clock.today(request.patient), digest_text(proposal.steps)
    if request.POST.get("confirmed") == digest:
        write_plan(
            episode,
            proposal.steps,
            since=today,
            kind=proposal.kind,
            hold_until=proposal.hold_until,
            words=proposal.words,
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "The plan is written down. Past days stay as they are.")
        return redirect("tracker:treatment")
    was_shown = "shown" in request.POST
    context = {
        "page": page,
        "before": lines(plan.from_day(sheet.versions, today), sheet.supply),
        "after": lines(proposal.steps, sheet.supply),
        "hold_until": proposal.hold_until,
        "is_hold": proposal.kind == PlanKind.HELD,
        "words": proposal.words,
        "questions": questions(proposal.steps, sheet.step_on(today)),
        "digest": digest,
        "was_shown": was_shown,
        "hidden": [pair for pair in request.POST.items() if not pair[0].startswith(("csrf", "confirmed", "shown"))],
    }
    return render(request, "tracker/plan/check.html", context, status=422 if was_shown else 200)
