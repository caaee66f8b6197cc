"""Leaving: what it means, asking for it, and the one page that is open until the end or the undoing."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import leaving as acts
from ldnapp.access.audience import PATIENT, PatientRequest, audience, open_while_leaving
from ldnapp.people.models import Patient
from ldnapp.people.reauthentication import reauthentication_url, requires_reauthentication


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
@requires_reauthentication
def leave(request: PatientRequest) -> HttpResponse:
    """Say what goes and what stays; then close everything, and sign whoever asked out everywhere."""
    if request.method != "POST":
        return render(request, "access/leaving/ask.html", {"reauthentication_url": reauthentication_url(request)})
    acts.ask_to_leave(request.patient, by=request.user, now=timezone.now())
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
    if not request.patient.leaving_at:
        return redirect("tracker:my_data")
    context = {"until": _when(request.patient), "is_over": acts.is_over(request.patient, timezone.now())}
    return render(request, "access/leaving/waiting.html", context)


@audience(PATIENT)
@open_while_leaving
@require_POST
def stay(request: PatientRequest) -> HttpResponse:
    """Everything as it was, but for the links: those have ended. Too late: the page that says so."""
    if acts.stay(request.patient, by=request.user, now=timezone.now()):
        messages.success(request, "Undone. Your diary stays. Sharing has ended and does not come back by itself.")
    return redirect("tracker:my_data")


def _when(patient: Patient) -> str:
    """When the undoing ends, as the patient's clock shows it; "" for one who stays."""
    until = acts.erased_from(patient)
    return date_format(patient.wall_clock(until), "j F Y, H:i") if until else ""
