"""Asking again once the words on sharing have changed. Until there is an answer, the link stays as it is."""

from . import consent
from .audience import PatientRequest
from .models import CareLink

SEEN = "words_on_sharing"  # in the session: [version of the words, whether there is something to ask]


def link_to_ask_about(request: PatientRequest) -> CareLink | None:
    """The link that is active under older words; None where there is nothing to ask."""
    older = CareLink.objects.active().of(request.patient).filter(consent_version__lt=consent.VERSION)
    return older.first()


def is_due(request: PatientRequest) -> bool:
    """Whether to ask this patient again: looked up once a session, and anew once there are newer words.

    It may say so for a little too long, after an answer on another device: the page of the words puts it right.
    """
    seen = request.session.get(SEEN)
    if seen is None or seen[0] != consent.VERSION:
        note(request, link_to_ask_about(request))
        seen = request.session[SEEN]
    return bool(seen[1])


def note(request: PatientRequest, link: CareLink | None) -> None:
    """Remember in the session what was found: the link to ask about, or nothing."""
    request.session[SEEN] = [consent.VERSION, link is not None]
