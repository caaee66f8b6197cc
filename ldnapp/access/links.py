"""Acts on care links: propose, accept, decline, end."""

from django.db import transaction
from django.utils import timezone

from ldnapp.people.models import Clinician, Patient, Role, User

from .models import CareLink


def propose_link(*, patient: Patient, clinician: Clinician) -> CareLink:
    """Ask a patient to let this clinician see their record; nothing opens until the patient says yes."""
    link = CareLink(patient=patient, clinician=clinician)
    link.full_clean()
    link.save()
    return link


@transaction.atomic
def accept_link(link: CareLink) -> bool:
    """The patient says yes. A prescriber they had until now can look no longer: there is one at most.

    False, and nothing changed, where the proposal was taken back in the meantime.
    """
    Patient.objects.select_for_update().get(pk=link.patient_id)  # two proposals are accepted one after the other
    if CareLink.objects.proposed().select_for_update().filter(pk=link.pk).first() is None:
        return False
    now = timezone.now()
    CareLink.objects.active().filter(patient=link.patient_id).update(ended_at=now, ended_by=Role.PATIENT)
    CareLink.objects.filter(pk=link.pk).update(accepted_at=now)
    return True


def end_link(link: CareLink, *, by: User) -> None:
    """Close the record to the clinician from this moment on (or take a proposal back). Ending twice is once."""
    CareLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=timezone.now(), ended_by=by.role)
