"""One card to show a dentist or in an emergency."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink
from tracker import clock
from tracker.dose import mg_text
from tracker.reading import last_dose, read_sheet

from .treatment import present_dose


@audience(PATIENT)
@require_safe
def card(request: PatientRequest) -> HttpResponse:
    """Medicine, dose, last taken, prescriber, and what it means for opioid painkillers."""
    patient, today = request.patient, clock.today(request.patient)
    sheet, dose = read_sheet(patient), last_dose(patient)
    link = CareLink.objects.active().of(patient).first()
    context = {
        **present_dose(sheet, today),
        "patient": patient,
        "today": today,
        "is_taking": sheet.is_open or sheet.opened_on is None,
        "ended_on": sheet.ended_on,
        "last_dose": dose,
        "last_mg": mg_text(dose.amount_mg) if dose and dose.amount_mg is not None else "",
        "prescriber": link.clinician.name if link else "",
    }
    return render(request, "tracker/card/page.html", context)
