"""What a session knows of an invitation that was opened in it: which one, and a keyed hash of its address."""

from hmac import compare_digest

from django.http import HttpRequest

from ldnapp.people.addresses import normalised
from ldnapp.people.keys import keyed_hash

from .invitation_secrets import KEY
from .invitations import is_usable

IN_SESSION = "invited"


def remember(request: HttpRequest, pk: int, address: str) -> None:
    """Keep the invitation in this session. Before signing in the session gets a new key: nobody else may know it."""
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[IN_SESSION] = {"pk": pk, "address": _hash(address)}


def forget(request: HttpRequest) -> None:
    """The invitation of this session led somewhere, or nowhere."""
    request.session.pop(IN_SESSION, None)


def invitation_of(request: HttpRequest) -> int | None:
    """Which invitation was opened in this session."""
    kept = request.session.get(IN_SESSION)
    return kept["pk"] if kept else None


def is_invited(request: HttpRequest) -> bool:
    """Whether the invitation of this session can still be used."""
    pk = invitation_of(request)
    return pk is not None and is_usable(pk)


def is_invited_address(request: HttpRequest, address: str) -> bool:
    """Whether this is the address that the invitation of this session went to."""
    kept = request.session.get(IN_SESSION)
    return kept is not None and compare_digest(kept["address"], _hash(address))


def _hash(address: str) -> str:
    return keyed_hash(KEY, f"address:{normalised(address)}")
