"""First run: what to begin with, in any order, each step kept as it is left."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink
from tracker import clock
from tracker.forms.episode import BeginForm
from tracker.models import Episode, MainSymptom, SafetyAnswers
from tracker.planning import open_episode
from tracker.progress import BASELINE_DAYS
from tracker.reading import first_entry, read_sheet, written_before


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: PatientRequest) -> HttpResponse:
    """Begin an episode, or see what of the beginning is done and what is not."""
    patient, today = request.patient, clock.today(request.patient)
    episode, sheet = Episode.objects.current(patient), read_sheet(patient)
    form = BeginForm(request.POST if request.method == "POST" else None, today=today)
    if episode is None and form.is_bound and form.is_valid():
        last = Episode.objects.newest(patient)
        opened = begins(first_entry(patient), last, today)
        if opened is None:
            form.add_error(None, "Your last treatment ended today. A new one can begin tomorrow.")
        else:
            open_episode(patient, {**form.said, "opened_on": opened}, by=request.user, now=clock.now())
            return redirect("tracker:first_run")
    written = written_before(patient, sheet) if episode else 0
    context = {
        "form": form,
        "episode": episode,
        "rings": [(number, number <= written) for number in range(1, BASELINE_DAYS + 1)],
        "written": written,
        "has_plan": bool(sheet.versions) if episode else False,
        "has_symptom": episode is not None and MainSymptom.objects.from_days(episode).exists(),
        "has_answers": SafetyAnswers.objects.newest(patient) is not None,
        "link": CareLink.objects.active().of(patient).first(),
    }
    return render(request, "tracker/first_run/page.html", context, status=422 if form.errors else 200)


def begins(first: date | None, last: Episode | None, today: date) -> date | None:
    """The day on which a new episode opens: with the diary where that is older, else today; None: not yet.

    After an earlier episode it is today, unless that one's last day is today.
    """
    if last is None or last.ended_on is None:
        return min(first or today, today)
    return today if last.ended_on < today else None
