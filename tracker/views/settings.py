"""The patient's settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.forms.settings import SettingsForm, initial_settings
from tracker.recording import save_settings


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PatientRequest) -> HttpResponse:
    """Show or save the settings."""
    posted = request.POST if request.method == "POST" else None
    form = SettingsForm(posted, initial=initial_settings(request.patient))
    if form.is_bound and form.is_valid():
        save_settings(request.patient, form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, "Settings saved.")
        return redirect("tracker:settings")
    return render(request, "tracker/settings/page.html", {"form": form}, status=422 if form.errors else 200)
