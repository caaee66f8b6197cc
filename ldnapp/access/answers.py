"""The answer to an invitation: given once, and noted with its number, which ties the events of one together."""

from datetime import datetime

from ldnapp.people.events import note
from ldnapp.people.models import EventKind, User

from .models import Invitation


def accept(invitation: Invitation, *, by: User, now: datetime) -> bool:
    """Yes; False, and nothing noted, where it was answered or withdrawn before."""
    return _answer(invitation, EventKind.INVITATION_ACCEPTED, by, accepted_at=now)


def decline(invitation: Invitation, *, by: User, now: datetime) -> bool:
    """No; False as for accept."""
    return _answer(invitation, EventKind.INVITATION_DECLINED, by, declined_at=now)


def _answer(invitation: Invitation, kind: EventKind, by: User, **moment: datetime) -> bool:
    if not Invitation.objects.open().filter(pk=invitation.pk).update(**moment):
        return False
    note(kind, actor=by, subject=by, other=invitation.clinician.user, detail=str(invitation))
    return True
