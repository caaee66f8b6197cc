"""The words on sharing: read before the first yes, and once more where they have changed since."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import consent, links, renewal
from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink


@audience(PATIENT)
@require_safe
def link_consent(request: PatientRequest, pk: int) -> HttpResponse:
    """What a yes to this question means."""
    return words_page(request, _asked(request, pk))


@audience(PATIENT)
@require_POST
def link_accept(request: PatientRequest, pk: int) -> HttpResponse:
    """Yes to a proposed link, by someone who was shown the words as they are now."""
    link = _asked(request, pk)
    if not has_read(request):
        return words_page(request, link, status=422)
    if not links.accept_link(link, version=consent.VERSION):
        raise Http404
    renewal.note(request, None)
    messages.success(request, f"{link.clinician.name} can now see your diary. You can end this at any time.")
    return redirect("access:sharing")


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def consent_renew(request: PatientRequest) -> HttpResponse:
    """The words have changed since the yes: read them, then go on sharing or stop."""
    link = renewal.link_to_ask_about(request)
    renewal.note(request, link)
    if link is None or request.POST.get("link", str(link.pk)) != str(link.pk):
        return redirect("access:sharing")
    answer = request.POST.get("answer")
    if answer == "no":
        links.end_link(link, by=request.user)
        messages.success(request, f"Ended. {link.clinician.name} can no longer look.")
    elif answer == "yes" and has_read(request):
        if links.agree_anew(link, version=consent.VERSION):
            messages.success(request, f"Thank you. {link.clinician.name} can look as before.")
    else:
        return renew_page(request, link, status=422 if request.method == "POST" else 200)
    renewal.note(request, None)
    return redirect("access:sharing")


def has_read(request: PatientRequest) -> bool:
    """Whether the page that was answered showed the words as they are now."""
    return request.POST.get("version") == str(consent.VERSION)


def words_page(request: PatientRequest, link: CareLink, status: int = 200) -> HttpResponse:
    """The one screen before a yes."""
    name = link.clinician.name
    present = CareLink.objects.active().of(request.patient).first()
    through = link.proposed_through
    context = {
        "asks": consent.named(consent.ASKS, prescriber=name),
        "through": consent.named(consent.THROUGH, through=through.name, prescriber=name) if through else "",
        "instead": consent.named(consent.INSTEAD, present=present.clinician.name) if present else "",
        "agree": consent.named(consent.AGREE, prescriber=name),
        **_words(link, status),
    }
    return render(request, "access/consent.html", context, status=status)


def renew_page(request: PatientRequest, link: CareLink, status: int = 200) -> HttpResponse:
    """The same words, for a link that is active."""
    is_first = link.consent_version == consent.UNWRITTEN
    return render(request, "access/renew.html", {"is_first": is_first, **_words(link, status)}, status=status)


def _asked(request: PatientRequest, pk: int) -> CareLink:
    return get_object_or_404(CareLink.objects.answerable().of(request.patient), pk=pk)


def _words(link: CareLink, status: int) -> dict[str, Any]:
    return {
        "link": link,
        "sections": consent.sections(link.clinician.name),
        "version": consent.VERSION,
        "is_again": status != 200,
    }
