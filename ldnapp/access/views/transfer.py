"""A prescriber passes a diary on to a colleague, or stops looking after it. Nothing of the record is shown here."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ldnapp.access import links, transfers
from ldnapp.access.audience import CLINICIAN, ClinicianRequest, audience
from ldnapp.access.door import patients_visible_to
from ldnapp.access.forms.address import AddressForm
from ldnapp.access.limits import SENDING, too_many
from ldnapp.access.models import CareLink
from ldnapp.people.models import Patient


@audience(CLINICIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: ClinicianRequest, patient_id: UUID) -> HttpResponse:
    """Ask the patient whether a colleague may look instead; the question that waits, and the answer to the last."""
    patient = _own_patient(request, patient_id)
    if request.method == "POST" and (refused := too_many(request, SENDING)):
        return refused  # each question is a mail to the patient
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            transfers.propose_transfer(patient, form.cleaned_data["email"], by=request.clinician)
        except ValidationError as reason:
            form.add_error("email", reason)
        else:
            messages.success(request, "Asked. Nothing changes until the patient says yes.")
            return redirect("access:transfer", patient.pk)
    question, now = transfers.question_of(request.clinician, patient), timezone.now()
    pause = transfers.is_no_until(question) if question else None
    context = {
        "patient": patient,
        "form": form,
        "waiting": question if question and question.is_proposed else None,
        "declined": question if pause and pause > now else None,
        "again_from": pause,
    }
    return render(request, "access/transfer/page.html", context, status=422 if form.errors else 200)


@audience(CLINICIAN)
@require_POST
def transfer_back(request: ClinicianRequest, patient_id: UUID) -> HttpResponse:
    """Take back the question that waits."""
    patient = _own_patient(request, patient_id)
    if transfers.take_back(patient, by=request.clinician):
        messages.success(request, "Taken back. The patient is not asked any more.")
    else:
        messages.info(request, "There was no question left to take back.")
    return redirect("access:transfer", patient.pk)


@audience(CLINICIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def care_end(request: ClinicianRequest, patient_id: UUID) -> HttpResponse:
    """Ask once more, then stop looking after this diary."""
    patient = _own_patient(request, patient_id)
    if request.method != "POST":
        return render(request, "access/transfer/end.html", {"patient": patient})
    link = get_object_or_404(CareLink.objects.active().of(patient), clinician=request.clinician)
    links.end_link(link, by=request.user)
    messages.success(request, "Ended. You can no longer look at this diary.")
    return redirect("clinician:caseload")


def _own_patient(request: ClinicianRequest, patient_id: UUID) -> Patient:
    """The patient whose record this prescriber may read at this moment; 404 for any other."""
    return get_object_or_404(patients_visible_to(request.user), pk=patient_id)
