"""Asking again once the words on sharing have changed. Until there is an answer, the link stays as it is."""

from ldnapp.people.models import Patient

from . import consent
from .models import CareLink


def link_to_ask_about(patient: Patient) -> CareLink | None:
    """The link that is active under older words; None where there is nothing to ask."""
    link = CareLink.objects.active().of(patient).first()
    return link if link and is_to_ask_about(link) else None


def is_to_ask_about(link: CareLink) -> bool:
    """Whether the yes of this active link was to older words."""
    return (link.consent_version or 0) < consent.VERSION
