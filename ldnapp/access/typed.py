"""What someone typed into a form when their session was gone: kept for an hour, for them alone.

The form carries a signed token that says whose it is. An anonymous POST with it is kept in the new
session, and given back only to that same user after signing in; anyone else's sign-in drops it.
"""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ldnapp.people.models import User

from .audience import SignedInRequest

SALT = "ldnapp.access.typed"
TOKEN_AGE = timedelta(hours=24)
KEPT_FOR = timedelta(hours=1)
MOST_BYTES = 16_000
KEY = "typed"


def token_for(user: User, what: str) -> str:
    """A token for a form of this user about this thing (a diary date)."""
    return signing.dumps([str(user.event_id), what], salt=SALT)


def draft_key(user: User) -> dict[str, str]:
    """What a signed-in page needs to keep an unreadable draft on the phone: whose it is, and the AES key."""
    key = salted_hmac(f"{SALT}.draft", str(user.event_id), algorithm="sha256").digest()
    return {"account": str(user.event_id), "key": b64encode(key).decode()}


def owner_of(token: str, what: str) -> str | None:
    """The event id of the user whose form this is; None for a forged, old or other form's token."""
    try:
        owner, about = signing.loads(token, salt=SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    return owner if about == what else None


def keep(request: HttpRequest, token: str, what: str, fields: dict[str, str]) -> None:
    """Keep these fields in the session until their owner signs in; more than 16 kB is not a diary day."""
    owner = owner_of(token, what)
    if owner is None or len(json.dumps(fields)) > MOST_BYTES:
        return
    request.session.clear_expired()  # what others had typed and nobody came back for
    request.session.set_expiry(KEPT_FOR)  # signing in gives the session its own age
    request.session[KEY] = {
        "owner": owner,
        "what": what,
        "fields": fields,
        "kept_at": datetime.now(UTC).timestamp(),
    }


def take(request: SignedInRequest, what: str) -> dict[str, str] | None:
    """What this user had typed about this thing, if it was kept within the hour; it stays until cleared."""
    kept = request.session.get(KEY)
    if kept is None or kept["owner"] != str(request.user.event_id) or kept["what"] != what:
        return None
    return None if _is_old(kept) else kept["fields"]


def clear(request: HttpRequest) -> None:
    """Forget what was kept: it has been saved, or is no longer wanted."""
    request.session.pop(KEY, None)


def drop_of_others(request: SignedInRequest) -> None:
    """Forget what another user had typed, and what is older than an hour."""
    kept = request.session.get(KEY)
    if kept is not None and (kept["owner"] != str(request.user.event_id) or _is_old(kept)):
        clear(request)


def _is_old(kept: dict[str, Any]) -> bool:
    kept_at = datetime.fromtimestamp(kept["kept_at"], UTC)
    return datetime.now(UTC) - kept_at > KEPT_FOR
