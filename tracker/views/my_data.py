"""What is kept about me: in words, and as a file."""

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from ldnapp.access.audience import PATIENT, PatientRequest, audience, open_while_leaving
from ldnapp.people.events import note
from ldnapp.people.models import EventKind
from ldnapp.people.reauthentication import reauthentication_url, requires_reauthentication
from tracker import clock
from tracker.exchange.everything import everything_about


@audience(PATIENT)
@require_safe
def my_data(request: PatientRequest) -> HttpResponse:
    """What is kept, why and for how long; and what can be done about it."""
    return render(request, "tracker/my_data/page.html")


@audience(PATIENT)
@open_while_leaving
@require_http_methods(["GET", "HEAD", "POST"])
@requires_reauthentication
def download(request: PatientRequest) -> HttpResponse:
    """Say what is in the file; then the file. It is sent by POST: a link can neither be followed nor fetched ahead."""
    if request.method != "POST":
        return render(request, "tracker/my_data/download.html", {"reauthentication_url": reauthentication_url(request)})
    note(EventKind.DATA_DOWNLOADED, actor=request.user, subject=request.user)
    everything = everything_about(request.patient, now=clock.now())
    file = HttpResponse(json.dumps(everything, ensure_ascii=False, indent=1), content_type="application/json")
    name = f"ldn-tracker-{clock.today(request.patient)}.json"
    file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return file
