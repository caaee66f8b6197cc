"""Sharing: who can look at my diary, who asks to, who has looked; saying no, ending it."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import consent, endings, links, looks, renewal
from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink
from ldnapp.people.models import Patient

NEWEST = 5  # sentences on the page of sharing,
LATELY = 50  # made of at most so many looks
PER_PAGE = 100  # looks on the page of all
NOT_ASKED_ANY_MORE = "This question is not asked any more. Nothing was changed."


@audience(PATIENT)
@require_safe
def sharing(request: PatientRequest) -> HttpResponse:
    """Who can look, who asks to, who could, who has; and the way to the rest of one's account."""
    patient = request.patient
    link = CareLink.objects.active().of(patient).first()
    context = {
        "link": link,
        "asks_anew": link is not None and renewal.is_to_ask_about(link),
        "sees": consent.what_they_see(link.clinician.name) if link else [],
        "proposals": list(CareLink.objects.answerable().of(patient).order_by("-proposed_at", "-pk")),
        "endings": endings.ended_for(patient),
        "looks": looks.looks_at(patient, size=LATELY)[:NEWEST],
        "total": looks.count_of(patient),
        "today": today_of(patient),
    }
    return render(request, "access/sharing.html", context)


@audience(PATIENT)
@require_safe
def all_looks(request: PatientRequest) -> HttpResponse:
    """Every look that is noted, a hundred a page."""
    patient = request.patient
    page = Paginator(range(looks.count_of(patient)), PER_PAGE).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    context = {
        "page_obj": page,
        "total": page.paginator.count,
        "looks": looks.looks_at(patient, start=start, size=PER_PAGE),
        "today": today_of(patient),
    }
    return render(request, "access/looks.html", context)


def today_of(patient: Patient) -> date:
    """Today's date on this patient's clock."""
    return patient.wall_clock(timezone.now()).date()


@audience(PATIENT)
@require_POST
def link_decline(request: PatientRequest, pk: int) -> HttpResponse:
    """No to a proposed link."""
    link = get_object_or_404(CareLink.objects.of(request.patient), pk=pk)
    if not link.is_proposed or not links.end_link(link, by=request.user):
        messages.info(request, NOT_ASKED_ANY_MORE)
    elif link.proposed_through:
        messages.success(request, f"You said no. {link.proposed_through.name} can look as before.")
    else:
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
