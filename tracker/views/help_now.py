"""Help lines by country: for anyone, at any time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import ANYONE, audience
from tracker.help_lines import ordered

DEFAULT_COUNTRY = "GB"


@audience(ANYONE)
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call, the patient's own country first."""
    patient = getattr(request.user, "patient", None)
    countries = ordered(patient.country if patient else DEFAULT_COUNTRY)
    return render(request, "tracker/help_now/page.html", {"countries": countries})


@audience(ANYONE)
@require_safe
def help_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps that page for a place without reception; its address limits it to that page."""
    return render(request, "tracker/help_now/worker.js", content_type="text/javascript")
