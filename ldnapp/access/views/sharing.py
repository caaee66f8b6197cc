"""Sharing: who can look at my diary, saying yes or no, ending it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import links
from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink


@audience(PATIENT)
@require_safe
def sharing(request: PatientRequest) -> HttpResponse:
    """Who can look, who asks to, who could; and the way to the rest of one's account."""
    every = list(CareLink.objects.of(request.patient))
    context = {
        "link": next((link for link in every if link.is_active), None),
        "proposals": [link for link in every if link.accepted_at is None and link.ended_at is None],
        "ended": [link for link in every if link.accepted_at and link.ended_at],
    }
    return render(request, "access/sharing.html", context)


@audience(PATIENT)
@require_POST
def link_accept(request: PatientRequest, pk: int) -> HttpResponse:
    """Yes to a proposed link."""
    link = get_object_or_404(CareLink.objects.proposed().of(request.patient), pk=pk)
    if not links.accept_link(link):
        raise Http404
    messages.success(request, f"{link.clinician.name} can now see your diary. You can end this at any time.")
    return redirect("access:sharing")


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
    messages.success(request, f"Ended. {link.clinician.name} can no longer look.")
    return redirect("access:sharing")
