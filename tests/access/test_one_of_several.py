"""An act is about the one row that it names, never about another of the same people."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from ldnapp.access import consent, leaving
from ldnapp.access.endings import ended_lately
from ldnapp.access.invitations import invite, open_invitation, resend
from ldnapp.access.links import accept_link, agree_anew, end_link
from ldnapp.access.models import CareLink, Invitation
from ldnapp.access.transfers import propose_transfer
from ldnapp.people.models import Clinician, Event, EventKind, Patient, Role
from tests import factories
from tests.pages import words_of

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


def two_patients_of_one() -> tuple[Clinician, Patient, Patient]:
    """A prescriber with two patients."""
    clinician = factories.ClinicianFactory()
    links = [factories.ActiveLinkFactory(clinician=clinician, patient__name=name) for name in ("Wren B", "Ash A")]
    return clinician, links[0].patient, links[1].patient


def test_of_two_patients_the_one_that_was_named_is_asked() -> None:
    clinician, named, other = two_patients_of_one()
    factories.give_second_factor(clinician.user)
    factories.ClinicianFactory(user__email="colleague@example.org")
    browser = Client()
    browser.force_login(clinician.user)
    for patient in (named, other):
        path = f"/clinic/patients/{patient.pk}/transfer/"
        assert browser.post(path, {"email": "colleague@example.org"}).status_code == 302
        assert CareLink.objects.proposed().latest("pk").patient == patient, "the other's question is in nobody's way"


def test_a_question_to_a_patient_is_asked_by_their_own_prescriber_only() -> None:
    clinician, _, _ = two_patients_of_one()
    stranger = factories.ActiveLinkFactory().patient
    for patient in (stranger, factories.PatientFactory()):
        with pytest.raises(ValidationError, match="can no longer look"):
            propose_transfer(patient, "colleague@example.org", by=clinician)


def test_nobody_is_asked_to_go_to_whom_they_are_with() -> None:
    clinician, patient, _ = two_patients_of_one()
    with pytest.raises(ValidationError, match="not your own"):
        propose_transfer(patient, clinician.user.email, by=clinician)


def test_the_no_of_one_patient_is_not_the_no_of_another() -> None:
    clinician, patient, other = two_patients_of_one()
    colleague = factories.ClinicianFactory()
    declined = propose_transfer(other, colleague.user.email, by=clinician)
    end_link(declined, by=other.user)
    link = propose_transfer(patient, colleague.user.email, by=clinician)
    event = Event.objects.filter(kind=EventKind.LINK_PROPOSED).latest("pk")
    assert (event.actor, event.subject) == (clinician.user.event_id, patient.user.event_id)
    assert event.other == colleague.user.event_id
    assert link.is_proposed


def test_an_address_that_another_prescriber_has_invited_can_be_invited() -> None:
    """And one's own other invitations are in nobody's way."""
    there = factories.InvitationFactory(email="wanted@example.org")
    clinician = factories.ClinicianFactory()
    factories.InvitationFactory(clinician=clinician, email="somebody@example.org")
    made = invite(clinician, "wanted@example.org", by=clinician.user)
    event = Event.objects.get(kind=EventKind.INVITATION_SENT)
    assert (made.pk != there.pk, event.detail) == (True, f"invitation {made.pk}")
    assert made.invited_at == made.sent_at


def test_who_once_ended_a_link_can_be_invited_again(patient: Patient) -> None:
    """The link that is over is not the answer."""
    old = factories.EndedLinkFactory(patient=patient)
    invitation = factories.InvitationFactory(clinician=old.clinician, email=patient.user.email)
    link = open_invitation(invitation.pk, patient)
    assert link is not None
    assert link.is_proposed
    assert Event.objects.get(kind=EventKind.LINK_PROPOSED).actor == old.clinician.user.event_id


def test_sending_again_is_noted_with_who_did_it_and_whom_it_is_about(patient: Patient) -> None:
    link = factories.CareLinkFactory(patient=patient)
    invitation = factories.InvitationFactory(clinician=link.clinician, email=patient.user.email, link=link)
    resend(invitation, by=link.clinician.user)
    event = Event.objects.get(kind=EventKind.INVITATION_RESENT)
    assert (event.actor, event.subject) == (link.clinician.user.event_id, patient.user.event_id)
    assert event.detail == f"invitation {invitation.pk}"


def test_the_words_of_an_ending_are_each_sides_own() -> None:
    clinician, patient, other = two_patients_of_one()
    colleague = factories.ClinicianFactory()
    accept_link(propose_transfer(patient, colleague.user.email, by=clinician))
    accept_link(factories.CareLinkFactory(patient=other))
    said = {ending.name: ending.words for ending in ended_lately(clinician, timezone.now()).newest}
    assert said == {"Wren B": "passed on to a colleague", "Ash A": "ended by the patient"}
    assert ended_lately(colleague, timezone.now()).total == 0


@pytest.mark.parametrize(
    ("act", "first", "again"),
    [
        (
            "/clinic/invitations/{invitation}/withdraw/",
            "Withdrawn. Its link and its code no longer work.",
            "Nothing was changed: this invitation was over already.",
        ),
        (
            "/clinic/patients/{patient}/transfer/back/",
            "Taken back. The patient is not asked any more.",
            "There was no question left to take back.",
        ),
    ],
)
def test_an_act_says_whether_it_did_anything(
    clinician_client: Client, patient: Patient, act: str, first: str, again: str
) -> None:
    """A second tap is told the truth."""
    clinician = CareLink.objects.active().get().clinician
    invitation = factories.InvitationFactory(clinician=clinician)
    propose_transfer(patient, factories.ClinicianFactory().user.email, by=clinician)
    path = act.format(invitation=invitation.pk, patient=patient.pk)
    for words in (first, again):
        assert words in words_of(clinician_client.post(path, follow=True))


def test_undoing_says_whether_it_did_anything(patient_client: Client, patient: Patient) -> None:
    leaving.ask_to_leave(patient, by=patient.user, now=timezone.now())
    patient.user.refresh_from_db()
    patient_client.force_login(patient.user)
    first, again = (words_of(patient_client.post("/my-data/stay/", follow=True)) for _ in range(2))
    assert "Undone. Your diary stays." in first
    assert "Undone." not in again


@pytest.mark.parametrize("says_yes", [True, False])
def test_an_answer_to_an_invitation_is_the_patients_and_is_noted_once(patient: Patient, says_yes: bool) -> None:
    link = factories.CareLinkFactory(patient=patient)
    invitation = factories.InvitationFactory(clinician=link.clinician, email=patient.user.email, link=link)
    for _ in range(2):
        accept_link(link) if says_yes else end_link(link, by=patient.user)
    kind = EventKind.INVITATION_ACCEPTED if says_yes else EventKind.INVITATION_DECLINED
    event = Event.objects.get(kind=kind)
    assert (event.actor, event.subject) == (patient.user.event_id, patient.user.event_id)
    assert (event.other, event.detail) == (link.clinician.user.event_id, f"invitation {invitation.pk}")
