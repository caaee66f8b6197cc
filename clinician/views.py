"""The prescriber's pages: read only, by construction. Every read is inside the door's block."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import CLINICIAN, ClinicianRequest, audience
from ldnapp.access.door import open_records, opens_record, patients_visible_to, sends_body
from ldnapp.access.endings import ended_lately
from ldnapp.access.models import Page
from ldnapp.people.models import Patient, age_on
from tracker import clock
from tracker.symptoms import SYMPTOMS
from tracker.views.progress import course_context

from .caseload import PER_PAGE, ago, by_name, caseload_rows


@audience(CLINICIAN)
@require_safe
def caseload(request: ClinicianRequest) -> HttpResponse:
    """The prescriber's own patients by name, fifty a page."""
    pages = Paginator(by_name(patients_visible_to(request.user)), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    with open_records(request.user, list(page), Page.CASELOAD, note=sends_body(request)) as patients:
        context = {
            "rows": caseload_rows(patients),
            "page_obj": page,
            "total": pages.count,
            "symptoms": SYMPTOMS,
            "today": clock.now().date(),
            "endings": ended_lately(request.clinician, clock.now()),
        }
        return render(request, "clinician/caseload/page.html", context)


@audience(CLINICIAN)
@require_safe
@opens_record(Page.COURSE)
def course(request: ClinicianRequest, patient: Patient) -> HttpResponse:
    """The whole course of one patient."""
    today = clock.today(patient)
    context = course_context(patient, request.GET, today)
    shown = context["course"]
    context |= {
        "patient": patient,
        "age": age_on(patient.date_of_birth, today),
        "last_entry": ago(date.fromisoformat(shown.table[0].iso) if shown.table else None, today),
    }
    return render(request, "clinician/course/page.html", context)
