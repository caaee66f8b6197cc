"""A lost second factor, taken away by an admin's wish: after 72 hours, unless its owner signs in before.

It lets nobody in. Who signs in next still needs the password and the code that is mailed then; and
clinicians and admins add a factor before they see anything. For them it takes two admins.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .devices import end_all_sessions
from .events import note
from .mails import mail_now, mail_on_commit
from .models import Event, EventKind, FactorReset, Role, User
from .models.factor_reset import WAIT
from .one_by_one import one_by_one

_ABOUT, _HOURS = "people/email/factor_reset_", int(WAIT.total_seconds() // 3600)


def is_for_staff(user: User) -> bool:
    """Whether two admins have to want it: a clinician's or an admin's account opens more than one's own diary."""
    return user.role != Role.PATIENT


def open_resets() -> QuerySet[FactorReset]:
    """Those that are neither done nor cancelled."""
    return FactorReset.objects.filter(cancelled_at__isnull=True, done_at__isnull=True)


def due_resets(now: datetime) -> QuerySet[FactorReset]:
    """Open ones whose 72 hours are over, which a second admin approved where it takes one, and which can be stopped."""
    may_be_done = Q(user__role=Role.PATIENT) | Q(approved_at__isnull=False)
    return open_resets().filter(may_be_done, asked_at__lte=now - WAIT, user__is_active=True)


@transaction.atomic
def ask_reset(user: User, *, by: User) -> FactorReset:
    """Begin the 72 hours, and tell the owner by mail at once: who can't be told keeps their factors.

    Raises ValidationError for one's own account, for one that is locked or has no second factor, where it was
    asked already, and where the mail can't be sent.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)  # two admins at once come here one after the other
    if user.pk == by.pk:
        raise ValidationError("Nobody resets their own second factor: ask another admin.")
    if not locked.is_active:
        raise ValidationError("This account is locked: its owner could not stop a reset. Unlock it first.")
    if not Authenticator.objects.filter(user=user).exists():
        raise ValidationError("This account has no second factor: there is nothing to reset.")
    if open_resets().filter(user=user).exists():
        raise ValidationError("A reset has been asked for already.")
    reset = FactorReset.objects.create(user=user, asked_by=by)
    note(EventKind.FACTOR_RESET_ASKED, actor=by, subject=user)
    try:  # in the transaction, and last in it: without this mail nothing is asked
        times = {"hours": _HOURS, "asked_at": reset.asked_at, "due_at": reset.due_at}
        mail_now(_ABOUT + "asked", user.email, takes_two=is_for_staff(user), **times)
    except OSError as fault:
        raise ValidationError("The owner could not be mailed. Nothing was asked for: try again later.") from fault
    return reset


@transaction.atomic
def approve_reset(reset: FactorReset, *, by: User) -> bool:
    """The second admin's yes to a reset of a clinician or an admin; it still takes its 72 hours.

    False, and nothing changed, for a patient's reset, which needs none; from the admin who asked, or whose own
    factors they are, or who was made an admin by the one who asked or since; and for one that is approved or
    over already.
    """
    if not by.is_staff or by.pk == reset.user_id or not is_for_staff(reset.user) or _may_be_the_same(by, reset):
        return False
    waiting = open_resets().filter(pk=reset.pk, approved_at__isnull=True).exclude(asked_by=by)
    if not waiting.update(approved_at=timezone.now(), approved_by=by):
        return False
    note(EventKind.FACTOR_RESET_APPROVED, actor=by, subject=reset.user)
    return True


def _may_be_the_same(by: User, reset: FactorReset) -> bool:
    """Whether this admin's account may be the asker's own second one: made by them, or after it was asked."""
    made = Event.objects.filter(kind=EventKind.ACCOUNT_MADE, subject=by.event_id, actor=reset.asked_by.event_id)
    return by.joined_at >= reset.asked_at or made.exists()


@transaction.atomic
def cancel_reset(user: User, *, by: User) -> bool:
    """Stop this user's reset, as their own signing in does. False where none is open."""
    if not open_resets().filter(user=user).update(cancelled_at=timezone.now()):
        return False
    note(EventKind.FACTOR_RESET_CANCELLED, actor=by, subject=user)
    mail_on_commit(_ABOUT + "cancelled", user.email, is_by_owner=by.pk == user.pk)
    return True


def do_due_resets(now: datetime) -> int:
    """Take away the second factors whose time has come; how many people's. Two runs at once do each once."""
    return one_by_one(lambda pk: _do(pk, now), list(due_resets(now).values_list("pk", flat=True)))


@transaction.atomic
def _do(pk: int, now: datetime) -> bool:
    reset = due_resets(now).select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if reset is None:  # cancelled a moment ago, or another run was faster
        return False
    Authenticator.objects.filter(user=reset.user).delete()  # recovery codes too
    FactorReset.objects.filter(pk=pk).update(done_at=now)  # trusted browsers are so no longer: stages.py
    end_all_sessions(reset.user)
    note(EventKind.FACTOR_RESET_DONE, actor=None, subject=reset.user)
    mail_on_commit(_ABOUT + "done", reset.user.email, hours=_HOURS)
    return True


def state_of(reset: FactorReset, now: datetime) -> str:
    """Where it stands, in words for admins. Its user must be loaded."""
    if reset.done_at:
        return "done"
    if reset.cancelled_at:
        return "cancelled"
    if is_for_staff(reset.user) and not reset.approved_at:
        return "waits for a second admin"
    return "waits for the next run" if now >= reset.due_at else "waits for its 72 hours"
