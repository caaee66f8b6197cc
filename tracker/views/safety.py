"""The safety questions: answered, dated, and answered again when things change."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.declaring import answer_safety
from tracker.forms.safety import SafetyForm
from tracker.models import SafetyAnswers
from tracker.safety_questions import QUESTIONS_VERSION, claims_for

EARLIER_SHOWN = 20


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def safety(request: PatientRequest) -> HttpResponse:
    """The questions with the last answers; what an answer means is said once it is saved."""
    patient, today = request.patient, clock.today(request.patient)
    given = list(SafetyAnswers.objects.of(patient).order_by("-number")[: EARLIER_SHOWN + 1])
    last = given[0] if given else None
    form = SafetyForm(request.POST if request.method == "POST" else None, today=today, last=last)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        answer_safety(patient, said, version=QUESTIONS_VERSION, today=today, by=request.user, now=clock.now())
        messages.success(request, "Your answers are kept, with today’s date. Nothing is sent to anyone.")
        return redirect("tracker:safety")
    context = {
        "form": form,
        "last": last,
        "claims": claims_for({name: getattr(last, name) for name in form.fields}) if last else [],
        "earlier": given[1 : EARLIER_SHOWN + 1],
    }
    return render(request, "tracker/safety/page.html", context, status=422 if form.errors else 200)
