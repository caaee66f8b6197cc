"""The prescriber's pages: read only, by construction. Every read is inside the door's block."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import CLINICIAN, ClinicianRequest, audience
from ldnapp.access.door import open_records, opens_record, patients_visible_to, read_only_block, sends_body
from ldnapp.access.endings import ended_lately
from ldnapp.access.models import FlagReview, Page
from ldnapp.people.models import Patient, age_on
from tracker import clock
from tracker.flags import for_prescriber
from tracker.models import Flag
from tracker.symptoms import SYMPTOMS
from tracker.views.progress import course_context

from .caseload import PER_PAGE, ago, by_need, caseload_rows


@audience(CLINICIAN)
@require_safe
def caseload(request: ClinicianRequest) -> HttpResponse:
    """The prescriber's own patients, who needs them first, fifty a page."""
    pages = Paginator(by_need(patients_visible_to(request.user), request.user), PER_PAGE)
    with read_only_block():  # the order goes by flags; of whoever is not on this page nothing is shown
        page = pages.get_page(request.GET.get("page"))
        listed = list(page)
    with open_records(request.user, listed, Page.CASELOAD, note=sends_body(request)) as patients:
        context = {
            "rows": caseload_rows(patients, request.user),
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
        "flags": for_prescriber(
            list(Flag.objects.of(patient).showing(today)), today, FlagReview.objects.newest(request.clinician, patient)
        ),
        "last_entry": ago(date.fromisoformat(shown.table[0].iso) if shown.table else None, today),
    }
    return render(request, "clinician/course/page.html", context)
