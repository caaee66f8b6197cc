"""An act is about the one row that it names, never about another of the same people."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ldnapp.access import consent, leaving
from ldnapp.access.invitations import resend
from ldnapp.access.links import agree_anew
from ldnapp.access.models import CareLink, Invitation
from ldnapp.people.models import Event, EventKind, Patient, Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_of_two_questions_the_one_that_was_declined_goes(patient_client: Client, patient: Patient) -> None:
    first, second = (factories.CareLinkFactory(patient=patient) for _ in range(2))
    assert patient_client.post(f"/sharing/{second.pk}/decline/").status_code == 302
    assert CareLink.objects.proposed().get() == first


@pytest.mark.parametrize("act", ["withdraw", "resend"])
def test_of_two_invitations_the_one_that_was_named_changes(clinician_client: Client, act: str) -> None:
    clinician = CareLink.objects.active().get().clinician
    first, second = (factories.InvitationFactory(clinician=clinician) for _ in range(2))
    assert clinician_client.post(f"/clinic/invitations/{second.pk}/{act}/").status_code == 302
    untouched = Invitation.objects.get(pk=first.pk)
    assert (untouched.withdrawn_at, untouched.times_sent, untouched.link_hash) == (None, 1, first.link_hash)
    changed = Invitation.objects.get(pk=second.pk)
    assert bool(changed.withdrawn_at) is (act == "withdraw")
    assert changed.times_sent == (2 if act == "resend" else 1)


def test_a_prescriber_ends_their_own_link_and_leaves_a_colleagues_question(
    clinician_client: Client, patient: Patient
) -> None:
    own = CareLink.objects.active().get(patient=patient)
    question = factories.CareLinkFactory(patient=patient)
    assert clinician_client.post(f"/clinic/patients/{patient.pk}/end/").status_code == 302
    own.refresh_from_db()
    assert own.ended_by == Role.CLINICIAN
    assert CareLink.objects.proposed().get() == question


def test_agreeing_anew_keeps_the_moment_and_the_version() -> None:
    link = factories.ActiveLinkFactory(consent_version=consent.UNWRITTEN)
    before = timezone.now()
    assert agree_anew(link, version=consent.VERSION)
    link.refresh_from_db()
    assert link.consented_at is not None
    assert link.consented_at >= before
    assert link.consent_version == consent.VERSION
    assert Event.objects.get(kind=EventKind.CONSENT_GIVEN).detail.startswith(f"version {consent.VERSION}, sha256 ")


def test_undoing_says_whether_there_was_anything_to_undo_and_who_did_it(patient: Patient) -> None:
    assert leaving.stay(patient, by=patient.user, now=timezone.now()) is False
    assert leaving.ask_to_leave(patient, by=patient.user, now=timezone.now()) is True
    assert leaving.stay(patient, by=patient.user, now=timezone.now()) is True
    event = Event.objects.get(kind=EventKind.LEAVING_UNDONE)
    assert (event.actor, event.subject) == (patient.user.event_id, patient.user.event_id)


def test_sending_again_is_good_for_fourteen_days_from_then() -> None:
    invitation = factories.InvitationFactory(sent_at=timezone.now() - timedelta(days=10))
    before = timezone.now()
    assert resend(invitation, by=invitation.clinician.user) is True
    invitation.refresh_from_db()
    assert before + timedelta(days=14) <= invitation.expires_at <= timezone.now() + timedelta(days=14)
