"""The picture of a course: the same for the patient and for their prescriber."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink
from ldnapp.people.models import Patient
from tracker import clock
from tracker.charts import course, rows_from
from tracker.days import FIRST_DAY
from tracker.reading import read_rows, read_sheet
from tracker.side_effects import SPANS
from tracker.symptoms import SYMPTOMS, symptom_by_key

DEFAULT_DAYS = 365
RANGES = ((90, "3 months"), (DEFAULT_DAYS, "1 year"), (3 * 365, "3 years"), (10 * 365, "10 years"))
MOST_DAYS = RANGES[-1][0]


@audience(PATIENT)
@require_safe
def progress(request: PatientRequest) -> HttpResponse:
    """The patient's own course."""
    context = course_context(request.patient, request.GET, clock.today(request.patient))
    link = CareLink.objects.active().of(request.patient).first()
    return render(request, "tracker/progress/page.html", {**context, "sees": link.clinician.name if link else ""})


def course_context(patient: Patient, asked: QueryDict, today: date) -> dict[str, Any]:
    """What both course pages show: three queries, whatever the range (?days=) and symptom (?symptom=)."""
    days = asked_days(asked.get("days", ""))
    first_day = max(today - timedelta(days=days - 1), FIRST_DAY)
    known = read_sheet(patient)
    shown = course(
        read_rows(patient, rows_from(first_day), today),
        first_day=first_day,
        last_day=today,
        sheet=known,
        symptom=symptom_by_key(asked.get("symptom", known.main_symptom)),
        record=str(patient.pk),
    )
    return {
        "course": shown,
        "symptoms": SYMPTOMS,
        "days": days,
        "longer": RANGES,
        "spans": [words for _, _, words in SPANS],
    }


def asked_days(text: str) -> int:
    """How many days to show: a year unless another whole number from 1 to ten years was asked for."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) else DEFAULT_DAYS
    return min(max(number, 1), MOST_DAYS)
