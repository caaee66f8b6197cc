"""The words on sharing: read before the first yes, and once more where they have changed since."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ldnapp.access import consent, links, renewal
from ldnapp.access.audience import PATIENT, PatientRequest, audience
from ldnapp.access.models import CareLink

from .sharing import NOT_ASKED_ANY_MORE


@audience(PATIENT)
@require_safe
def link_consent(request: PatientRequest, pk: int) -> HttpResponse:
    """What a yes to this question means."""
    link = get_object_or_404(CareLink.objects.of(request.patient), pk=pk)
    return words_page(request, link) if _is_asked(link) else _not_asked_any_more(request)


@audience(PATIENT)
@require_POST
def link_accept(request: PatientRequest, pk: int) -> HttpResponse:
    """Yes to a proposed link, by someone who was shown the words as they are now."""
    link = get_object_or_404(CareLink.objects.of(request.patient), pk=pk)
    if not _is_asked(link):
        return _not_asked_any_more(request)
    if not has_read(request) or request.POST.get("present", "") != _key(_present(request)):
        return words_page(request, link, status=422)
    if not links.accept_link(link, version=consent.VERSION):
        return _not_asked_any_more(request)
    messages.success(request, f"{link.clinician.name} can now see your diary. You can end this at any time.")
    return redirect("access:sharing")


@audience(PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def consent_renew(request: PatientRequest) -> HttpResponse:
    """The words have changed since the yes: read them, then go on sharing. Who would not ends the link (link_end)."""
    link = renewal.link_to_ask_about(request.patient)
    if link is None or request.POST.get("link", str(link.pk)) != str(link.pk):
        return redirect("access:sharing")
    if request.method != "POST":
        return renew_page(request, link)
    if not has_read(request):
        return renew_page(request, link, status=422)
    if links.agree_anew(link, version=consent.VERSION):
        messages.success(request, f"Thank you. {link.clinician.name} can look as before.")
    return redirect("access:sharing")


def has_read(request: PatientRequest) -> bool:
    """Whether the page that was answered showed the words as they are now."""
    return request.POST.get("version") == str(consent.VERSION)


def words_page(request: PatientRequest, link: CareLink, status: int = 200) -> HttpResponse:
    """The one screen before a yes."""
    name, present = link.clinician.name, _present(request)
    through = link.proposed_through
    context = {
        "asks": consent.named(consent.ASKS, prescriber=name),
        "through": consent.named(consent.THROUGH, through=through.name, prescriber=name) if through else "",
        "instead": consent.named(consent.INSTEAD, present=present.clinician.name) if present else "",
        "present": _key(present),
        "agree": consent.named(consent.AGREE, prescriber=name),
        **_words(link, status),
    }
    return render(request, "access/consent.html", context, status=status)


def renew_page(request: PatientRequest, link: CareLink, status: int = 200) -> HttpResponse:
    """The same words, for a link that is active."""
    name = link.clinician.name
    context = {
        "is_first": link.consent_version == consent.UNWRITTEN,
        "stays": consent.named(consent.STAYS, prescriber=name),
        "agree": consent.named(consent.AGREE_ANEW, prescriber=name),
        **_words(link, status),
    }
    return render(request, "access/renew.html", context, status=status)


def _is_asked(link: CareLink) -> bool:
    return CareLink.objects.answerable().filter(pk=link.pk).exists()


def _not_asked_any_more(request: PatientRequest) -> HttpResponse:
    """Taken back, answered in another tab, or not meant any more."""
    messages.info(request, NOT_ASKED_ANY_MORE)
    return redirect("access:sharing")


def _present(request: PatientRequest) -> CareLink | None:
    """Whom a yes would take the diary from: the page has to have said so."""
    return CareLink.objects.active().of(request.patient).first()


def _key(link: CareLink | None) -> str:
    return str(link.pk) if link else ""


def _words(link: CareLink, status: int) -> dict[str, Any]:
    return {
        "link": link,
        "sections": consent.sections(link.clinician.name),
        "version": consent.VERSION,
        "is_again": status != 200,
    }
