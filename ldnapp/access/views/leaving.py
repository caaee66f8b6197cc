"""Leaving: what it means, asking for it, and the one page that is open until the end or the undoing."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import leaving as acts
from ldnapp.access.again import asks_again
from ldnapp.access.audience import PATIENT, PatientRequest, audience, open_while_leaving
from ldnapp.people.again import was_shown, way_to_show
from ldnapp.people.models import Patient
from ldnapp.people.traces import end_sessions


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def leave(request: PatientRequest) -> HttpResponse:
    """Say what goes and what stays; then close everything, and sign whoever asked out everywhere."""
    if request.method != "POST":
        context = {"was_shown": was_shown(request), "way_to_show": way_to_show(request)}
        return render(request, "access/leaving/ask.html", context)
    acts.ask_to_leave(request.patient, by=request.user, now=timezone.now())
    end_sessions(request.user)
    logout(request)
    messages.success(request, f"You are signed out. Until {_when(request.patient)} you can sign in and undo this.")
    response = redirect("web:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # as signing out does: drafts on this phone go too
    return response


@audience(PATIENT)
@open_while_leaving
@require_safe
def leaving(request: PatientRequest) -> HttpResponse:
    """Until when it can be undone, and how. A patient who stays has no such page."""
    until = _when(request.patient)
    return render(request, "access/leaving/waiting.html", {"until": until}) if until else redirect("tracker:my_data")


@audience(PATIENT)
@open_while_leaving
@require_POST
def stay(request: PatientRequest) -> HttpResponse:
    """Everything as it was, but for the links: those have ended."""
    if acts.stay(request.patient, by=request.user):
        messages.success(request, "Undone. Your diary stays. Sharing has ended and does not come back by itself.")
    return redirect("tracker:my_data")


def _when(patient: Patient) -> str:
    """When the undoing ends, as the patient's clock shows it; "" for one who stays."""
    until = acts.erased_from(patient)
    return date_format(patient.wall_clock(until), "j F Y, H:i") if until else ""
