"""Sharing: who can look at my diary, who asks to, who has looked; saying no, ending it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import consent, endings, links, looks
from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink

NEWEST = 5  # looks on the page of sharing
PER_PAGE = 100  # looks on the page of all


@audience(PATIENT)
@require_safe
def sharing(request: PatientRequest) -> HttpResponse:
    """Who can look, who asks to, who could, who has; and the way to the rest of one's account."""
    every = list(CareLink.objects.of(request.patient).order_by("-ended_at", "-pk"))
    link = next((link for link in every if link.is_active), None)
    context = {
        "link": link,
        "asks_anew": link is not None and (link.consent_version or 0) < consent.VERSION,
        "sees": consent.sections(link.clinician.name)[0][1] if link else [],
        "proposals": list(CareLink.objects.answerable().of(request.patient).order_by("-proposed_at", "-pk")),
        "ended": [(past, endings.words_to_patient(past, every)) for past in every if past.is_over],
        **looks_context(request, looks.looks_at(request.patient, size=NEWEST)),
    }
    return render(request, "access/sharing.html", context)


@audience(PATIENT)
@require_safe
def all_looks(request: PatientRequest) -> HttpResponse:
    """Every look that is noted, a hundred a page."""
    total = looks.count_of(request.patient)
    page = Paginator(range(total), PER_PAGE).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    window = looks.looks_at(request.patient, start=start, size=PER_PAGE, total=total)
    return render(request, "access/looks.html", {"page_obj": page, **looks_context(request, window)})


def looks_context(request: PatientRequest, window: looks.Window) -> dict[str, Any]:
    """What a list of looks needs."""
    return {"looks": window.looks, "total": window.total, "today": request.patient.wall_clock(timezone.now()).date()}


@audience(PATIENT)
@require_POST
def link_decline(request: PatientRequest, pk: int) -> HttpResponse:
    """No to a proposed link."""
    link = get_object_or_404(CareLink.objects.proposed().of(request.patient), pk=pk)
    links.end_link(link, by=request.user)
    messages.success(request, "You said no. Nobody has seen your diary through this.")
    return redirect("access:sharing")


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def link_end(request: PatientRequest) -> HttpResponse:
    """Ask once more, then end the link that the page asked about: not one that was accepted in the meantime."""
    link = get_object_or_404(CareLink.objects.active().of(request.patient))
    if request.POST.get("link", str(link.pk)) != str(link.pk):
        raise Http404
    if request.method != "POST":
        return render(request, "access/end.html", {"link": link})
    links.end_link(link, by=request.user)
    ended = request.patient.wall_clock(timezone.now())
    messages.success(request, f"Ended at {ended:%H:%M}. {link.clinician.name} can no longer look.")
    return redirect("access:sharing")
