"""The prescriber marks a patient's flags as looked at. Opening a page marks nothing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ldnapp.access.audience import CLINICIAN, ClinicianRequest, audience
from ldnapp.access.door import patients_visible_to
from ldnapp.access.models import FlagReview


@audience(CLINICIAN)
@require_POST
def reviewed(request: ClinicianRequest, patient_id: UUID) -> HttpResponse:
    """Note who looked, at whose flags, and when; 404 for a patient who is not theirs."""
    patient = get_object_or_404(patients_visible_to(request.user), pk=patient_id)
    FlagReview.objects.create(clinician=request.clinician, patient=patient, reviewed_at=timezone.now())
    messages.success(request, "Marked as looked at. What is written from now on is new again.")
    return redirect("clinician:course", patient.pk)
