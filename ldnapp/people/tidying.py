"""What has had its time, around accounts: sign-ups that nobody confirmed, and events past their date."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from .events import note
from .models import Event, EventKind, User
from .one_by_one import one_by_one
from .traces import erase_account, sessions_about

UNCONFIRMED = timedelta(hours=24)


def drop_unverified(now: datetime) -> int:
    """Delete the accounts that signed up more than 24 hours ago and confirmed no address; how many.

    An account that an admin made waits for its owner as long as it takes. Password and address don't
    tell the two apart (a mailed link sets a password and confirms nothing), but the event of the
    making does: who signed up made the account themselves.
    """
    return one_by_one(lambda user: _drop(user, now, mentioned_in=sessions_about(user)), list(_unconfirmed(now)))


@transaction.atomic
def _drop(listed: User, now: datetime, *, mentioned_in: Iterable[str]) -> bool:
    """Delete this one; False where the address was confirmed a moment ago, or another run was faster."""
    user = _unconfirmed(now).select_for_update(of=("self",)).filter(pk=listed.pk).first()
    if user is None:
        return False
    note(EventKind.ERASED, actor=None, subject=user, detail="never confirmed")
    erase_account(user, mentioned_in=mentioned_in)
    return True


def _unconfirmed(now: datetime) -> QuerySet[User]:
    made = Event.objects.filter(kind=EventKind.ACCOUNT_MADE, actor=OuterRef("event_id"), subject=OuterRef("event_id"))
    old = User.objects.filter(Exists(made), joined_at__lte=now - UNCONFIRMED, last_login=None)
    return old.exclude(emailaddress__verified=True).filter(patient__care_links=None)


def drop_old_events(now: datetime) -> int:
    """Delete the events whose time is over, as the database's triggers allow; how many."""
    return Event.objects.filter(kept_until__lte=now).delete()[0]
