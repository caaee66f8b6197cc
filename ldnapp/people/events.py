"""Notes what happened around accounts, links and invitations."""

from uuid import UUID

from django.utils import timezone

from .models import Event, EventKind, User
from .models.event import ATTACK_TRACES


def note(
    kind: EventKind, *, actor: User | None, subject: User | None, other: User | None = None, detail: str = ""
) -> None:
    """Keep that ``actor`` did this to ``subject`` (``other``: the second side of a link), as proof for eight years.

    ``detail`` is a word of ours (a method, a version), never what somebody typed.
    """
    Event.objects.create(kind=kind, actor=_id(actor), subject=_id(subject), other=_id(other), detail=detail)


def note_sign_in(kind: EventKind, *, user: User | None, address: str | None, detail: str = "") -> None:
    """Keep a sign-in or a refused one, with the address it came from, for 90 days: it is there to see attacks.

    ``user`` is whose account it is; who was refused is nobody that we know, so the event has no actor.
    """
    actor = None if kind == EventKind.SIGN_IN_FAILED else user
    kept_until = timezone.now() + ATTACK_TRACES
    Event.objects.create(
        kind=kind, actor=_id(actor), subject=_id(user), detail=detail, address=address, kept_until=kept_until
    )


def _id(user: User | None) -> UUID | None:
    return None if user is None else user.event_id
