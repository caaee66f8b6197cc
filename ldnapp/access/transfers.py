"""Acts of passing a diary on: a prescriber asks a patient of theirs to go to a colleague, who then can look instead."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ldnapp.people.addresses import normalised
from ldnapp.people.models import Clinician, Patient, Role

from .links import end_link, propose_link
from .models import CareLink

PAUSE = timedelta(days=7)  # after a no, the same question is not asked again
NOT_POSSIBLE = (
    "This address can’t be asked. It has to be the one that a colleague signs in with here as a prescriber, "
    "and not your own. Please check it with them."
)
WAITING = "You have asked already. Take that question back first, then you can ask about someone else."


def question_of(clinician: Clinician, patient: Patient) -> CareLink | None:
    """The newest question of this prescriber to this patient about a colleague: it waits, or was answered."""
    asked = CareLink.objects.of(patient).filter(proposed_through=clinician)
    return asked.order_by("-proposed_at", "-pk").first()


def is_no_until(question: CareLink) -> datetime | None:
    """Until when this question, to which the patient said no, is not asked again; None where they did not say no."""
    said_no = question.accepted_at is None and question.ended_by == Role.PATIENT
    return question.ended_at + PAUSE if said_no and question.ended_at else None


@transaction.atomic
def propose_transfer(patient: Patient, email: str, *, by: Clinician) -> CareLink:
    """Ask the patient whether the prescriber of this address may look from now on, instead of ``by``.

    Nothing changes until the patient says yes. Raises ValidationError, in words for the prescriber, where a
    question waits, the patient said no to this one a short while ago, or the address is nobody's to ask.
    """
    Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)  # of two questions at once one is refused
    if not CareLink.objects.active().filter(patient=patient, clinician=by).exists():
        raise ValidationError("You can no longer look at this diary.")
    if CareLink.objects.proposed().filter(patient=patient, proposed_through=by).exists():
        raise ValidationError(WAITING)
    colleague = _colleague(email, by)
    _refuse_after_a_no(patient, colleague, by)
    try:
        return propose_link(patient=patient, clinician=colleague, by=by.user, through=by)
    except ValidationError:  # who else asks this patient is theirs alone to know
        raise ValidationError(NOT_POSSIBLE) from None


def _colleague(email: str, by: Clinician) -> Clinician:
    """One answer for every address that is no colleague's: unknown, a patient's, a locked account's, one's own."""
    found = Clinician.objects.select_related("user").filter(user__email=normalised(email), user__is_active=True)
    colleague = found.exclude(pk=by.pk).first()
    if colleague is None:
        raise ValidationError(NOT_POSSIBLE)
    return colleague


def _refuse_after_a_no(patient: Patient, colleague: Clinician, by: Clinician) -> None:
    noes = CareLink.objects.filter(patient=patient, clinician=colleague, accepted_at__isnull=True)
    lately = noes.filter(ended_by=Role.PATIENT, ended_at__gt=timezone.now() - PAUSE).order_by("-ended_at")
    latest = lately.first()
    if latest is None:
        return
    until = is_no_until(latest)
    if latest.proposed_through_id != by.pk or until is None:
        raise ValidationError(NOT_POSSIBLE)
    raise ValidationError(f"The patient said no to this. You can ask again from {until.day} {until:%B %Y}.")


def take_back(patient: Patient, *, by: Clinician) -> bool:
    """Take back the question that waits; False where there is none any more."""
    waiting = CareLink.objects.proposed().of(patient).filter(proposed_through=by).first()
    return waiting is not None and end_link(waiting, by=by.user)
