"""Acts on care links: propose, accept, agree anew, decline, end. Each leaves an event."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ldnapp.people.events import note
from ldnapp.people.mails import mail_on_commit, page_url
from ldnapp.people.models import Clinician, EventKind, Patient, Role, User

from . import answers, consent
from .models import CareLink, Invitation


@transaction.atomic
def propose_link(
    *, patient: Patient, clinician: Clinician, by: User, through: Clinician | None = None, is_mailed: bool = True
) -> CareLink:
    """Ask a patient to let this clinician see their record; nothing opens until the patient says yes.

    ``through`` is the present prescriber where the wish is theirs (a transfer). ``is_mailed`` is False where
    the patient is looking at the question already, or nobody reads mail (a demo). Raises ValidationError where
    the two have an open link already, or the patient has asked to be deleted.
    """
    patient = Patient.objects.select_for_update(of=("self",)).select_related("user").get(pk=patient.pk)
    link = CareLink(patient=patient, clinician=clinician, proposed_through=through)
    link.full_clean()
    link.save()
    note(EventKind.LINK_PROPOSED, actor=by, subject=patient.user, other=clinician.user)
    if is_mailed:
        # Neither whose nor about whom: a mail may be read by others.
        mail_on_commit("access/email/link_proposed", patient.user.email, link=page_url("access:sharing"))
    return link


@transaction.atomic
def accept_link(link: CareLink, *, version: int = consent.VERSION) -> bool:
    """The patient has read the words of this version and says yes. A prescriber they had can look no longer.

    False, and nothing changed, where the words have changed in the meantime, the proposal was taken back
    or is no longer meant (CareLinkQuerySet.answerable), or the patient has asked to be deleted.
    """
    patient = Patient.objects.select_for_update().select_related("user").get(pk=link.patient_id)
    # Two proposals of one patient come here one after the other: each waits for the patient's row.
    proposed = CareLink.objects.answerable().filter(pk=link.pk).select_for_update(of=("self",))
    if version != consent.VERSION or patient.leaving_at or proposed.first() is None:
        return False
    now = timezone.now()
    present = CareLink.objects.active().of(patient).first()
    if present is not None:
        _end(present, by=patient.user, now=now)  # the same moment: so it can be told that one took the other's place
    CareLink.objects.filter(pk=link.pk).update(accepted_at=now, consent_version=version, consented_at=now)
    if present is not None:
        _end_questions_through(present, by=patient.user, now=now)  # but the one that was just said yes to
    for invitation in _invitation_of(link):
        answers.accept(invitation, by=patient.user, now=now)
    note(EventKind.LINK_ACCEPTED, actor=patient.user, subject=patient.user, other=link.clinician.user)
    _note_consent(link, patient, version)
    return True


@transaction.atomic
def agree_anew(link: CareLink, *, version: int) -> bool:
    """The patient says yes to new words of a link that is active; False where it has ended or the words changed."""
    active = CareLink.objects.active().filter(pk=link.pk)
    if version != consent.VERSION or not active.update(consent_version=version, consented_at=timezone.now()):
        return False
    _note_consent(link, link.patient, version)
    return True


def _note_consent(link: CareLink, patient: Patient, version: int) -> None:
    detail = f"version {version}, sha256 {consent.digest()}"
    note(EventKind.CONSENT_GIVEN, actor=patient.user, subject=patient.user, other=link.clinician.user, detail=detail)


@transaction.atomic
def end_link(link: CareLink, *, by: User) -> bool:
    """Close the record to the clinician from this moment on, or take a proposal back. Ending twice is once.

    False where it had ended already.
    """
    now = timezone.now()
    has_ended = _end(link, by=by, now=now)
    if has_ended:
        _end_questions_through(link, by=by, now=now)
    return has_ended


def _end(link: CareLink, *, by: User, now: datetime) -> bool:
    if not CareLink.objects.open().filter(pk=link.pk).update(ended_at=now, ended_by=by.role):
        return False
    was_open = CareLink.objects.filter(pk=link.pk, accepted_at__isnull=False).exists()
    declined = not was_open and by.role == Role.PATIENT
    if was_open and by.role != Role.PATIENT:
        mail_on_commit("access/email/link_ended", link.patient.user.email, link=page_url("access:sharing"))
    kind = EventKind.LINK_DECLINED if declined else EventKind.LINK_ENDED
    note(kind, actor=by, subject=link.patient.user, other=link.clinician.user)
    for invitation in _invitation_of(link) if declined else ():
        answers.decline(invitation, by=by, now=now)
    return True


def _end_questions_through(link: CareLink, *, by: User, now: datetime) -> None:
    """With a prescriber who can look no longer goes what they asked of this patient."""
    for question in CareLink.objects.proposed().of(link.patient).filter(proposed_through=link.clinician_id):
        _end(question, by=by, now=now)


def _invitation_of(link: CareLink) -> QuerySet[Invitation]:
    """The open invitation that led to this link, if one did."""
    return Invitation.objects.open().filter(link=link.pk).select_related("clinician__user")


def end_all_links(patient: Patient, *, by: User) -> None:
    """Close a record to everybody, and take back what was proposed."""
    for link in CareLink.objects.open().of(patient):
        end_link(link, by=by)
