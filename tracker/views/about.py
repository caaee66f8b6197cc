"""What low-dose naltrexone is and what the trials found: for anyone, neutral, every sentence with its source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import ANYONE, audience
from tracker.evidence import QUESTIONS, SECTIONS, TRIALS, pictures, sources


@audience(ANYONE)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The evidence in plain English."""
    context = {"trials": TRIALS, "pictures": pictures(), "sections": SECTIONS, "sources": sources()}
    return render(request, "tracker/about/page.html", context)


@audience(ANYONE)
@require_safe
def about_questions(request: HttpRequest) -> HttpResponse:
    """Questions to take to a doctor, on one page of paper."""
    return render(request, "tracker/about/questions.html", {"questions": QUESTIONS})
