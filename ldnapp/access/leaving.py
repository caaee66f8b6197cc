"""Acts of leaving: ask to be deleted, take it back, and what an erasure takes away of links and invitations.

Asking closes the record to everybody at once. Fourteen days later tracker/erasure.py erases; until
then the patient can undo it, and what had ended stays ended.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ldnapp.people.devices import end_all_sessions
from ldnapp.people.events import note
from ldnapp.people.mails import mail_on_commit, page_url
from ldnapp.people.models import EventKind, Patient, User
from ldnapp.people.traces import addresses_of, forget_log

from .links import end_all_links
from .models import CareLink, FlagReview, Invitation

UNDO = timedelta(days=14)


def erased_from(patient: Patient) -> datetime | None:
    """When the erasing of a patient who asked for it begins; None for one who stays."""
    return patient.leaving_at and patient.leaving_at + UNDO


def is_over(patient: Patient, now: datetime) -> bool:
    """Whether someone who asked to be deleted can no longer take it back, erased yet or not."""
    until = erased_from(patient)
    return until is not None and now >= until


@transaction.atomic
def ask_to_leave(patient: Patient, *, by: User, now: datetime) -> bool:
    """End every link and session, answer what is asked with no, and note when this was asked.

    An invitation that was never opened stays as it is: an answer would tell that the address has an account.

    Asking twice is once.

    False, and nothing changed, where it had been asked for already.
    """
    locked = _lock(patient)
    if locked is None or locked.leaving_at:
        patient.leaving_at = locked.leaving_at if locked else None
        return False
    end_all_links(locked, by=by)
    patient.leaving_at = locked.leaving_at = now
    locked.save(update_fields=["leaving_at"])
    note(EventKind.LEAVING_ASKED, actor=by, subject=locked.user)
    end_all_sessions(locked.user)
    _mail("leaving_asked", locked)
    return True


@transaction.atomic
def stay(patient: Patient, *, by: User, now: datetime) -> bool:
    """Take the asking back. False where there was nothing to take back, or where it is too late."""
    locked = _lock(patient)
    if locked is None or not locked.leaving_at or is_over(locked, now):
        return False
    patient.leaving_at = locked.leaving_at = None
    locked.save(update_fields=["leaving_at"])
    note(EventKind.LEAVING_UNDONE, actor=by, subject=locked.user)
    _mail("leaving_undone", locked)
    return True


def _lock(patient: Patient) -> Patient | None:
    """The patient as they are now, for this transaction alone; None once they are erased."""
    return Patient.objects.select_for_update(of=("self",)).select_related("user").filter(pk=patient.pk).first()


def _mail(name: str, patient: Patient) -> None:
    until = erased_from(patient)
    mail_on_commit(
        f"access/email/{name}",
        patient.user.email,
        until=until and patient.wall_clock(until),
        zone=patient.time_zone,
        link=page_url("access:leaving"),
    )


def erase_links(patient: Patient) -> None:
    """Delete a patient's links, and the invitations that led to them or went to an address of theirs.

    Of looks and events the random ids stay.
    """
    links = CareLink.objects.filter(patient=patient)
    invitations = Invitation.objects.filter(Q(link__in=links) | Q(email__in=addresses_of(patient.user)))
    reviews = FlagReview.objects.filter(patient=patient)
    for model, rows in ((Invitation, invitations), (CareLink, links), (FlagReview, reviews)):
        forget_log(model, rows.values_list("pk", flat=True))
        rows.delete()
