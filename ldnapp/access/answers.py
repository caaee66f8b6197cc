"""The answer to an invitation: given once, and noted with its number, which ties the events of one together."""

from datetime import datetime

from ldnapp.people.events import note
from ldnapp.people.models import EventKind, User

from .models import Invitation


def accept(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Yes; nothing happens where it was answered or withdrawn before."""
    _answer(invitation, EventKind.INVITATION_ACCEPTED, by, accepted_at=now)


def decline(invitation: Invitation, *, by: User, now: datetime) -> None:
    """No; as accept."""
    _answer(invitation, EventKind.INVITATION_DECLINED, by, declined_at=now)


def _answer(invitation: Invitation, kind: EventKind, by: User, **moment: datetime) -> None:
    if Invitation.objects.open().filter(pk=invitation.pk).update(**moment):
        note(kind, actor=by, subject=by, other=invitation.clinician.user, detail=str(invitation))
