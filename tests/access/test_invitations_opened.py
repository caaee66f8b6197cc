"""Opening an invitation: the question that it leads to, once, whatever happens at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from ldnapp.access import answers, invitations
from ldnapp.access.links import accept_link, end_link
from ldnapp.access.models import CareLink, Invitation, InvitationState
from ldnapp.people.models import Clinician, Event, EventKind, Patient
from tests import factories
from tests.parallel import at_once
from tests.people.noted import kinds

from .conftest import THEIRS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
OnCommit = Any


def test_opened_it_is_a_question_to_the_patient(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    assert (link.patient, link.clinician, link.accepted_at) == (ash, clinician, None)
    invited.refresh_from_db()
    assert invited.link == link
    assert kinds(subject=ash.user.event_id) == [EventKind.LINK_PROPOSED, EventKind.INVITATION_OPENED]


def test_opened_twice_it_is_one_question(invited: Invitation, ash: Patient) -> None:
    assert invitations.open_invitation(invited.pk, ash) == invitations.open_invitation(invited.pk, ash)
    assert kinds().count(EventKind.INVITATION_OPENED) == CareLink.objects.count() == 1


@pytest.mark.parametrize("is_yes", [True, False])
def test_its_number_ties_all_its_events_together(
    invited: Invitation, ash: Patient, clinician: Clinician, is_yes: bool
) -> None:
    """From the sending to the answer."""
    invitations.resend(invited, by=clinician.user)
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    assert accept_link(link) if is_yes else end_link(link, by=ash.user)
    answer = EventKind.INVITATION_ACCEPTED if is_yes else EventKind.INVITATION_DECLINED
    assert kinds(detail=f"invitation {invited.pk}") == [
        EventKind.INVITATION_RESENT,
        EventKind.INVITATION_OPENED,
        answer,
    ]


@pytest.mark.parametrize("answer", [answers.accept, answers.decline])
def test_an_answer_to_one_that_is_over_changes_and_notes_nothing(
    invited: Invitation, ash: Patient, clinician: Clinician, answer: Callable[..., bool]
) -> None:
    """Withdrawn a moment ago, in another process."""
    stale = Invitation.objects.get(pk=invited.pk)
    invitations.withdraw(invited, by=clinician.user)
    assert not answer(stale, by=ash.user, now=NOW)
    assert kinds() == [EventKind.INVITATION_WITHDRAWN]
    stale.refresh_from_db()
    assert (stale.accepted_at, stale.declined_at) == (None, None)


def test_only_the_confirmed_invited_address_opens_it(invited: Invitation, ash: Patient) -> None:
    """T7: forwarded or stolen, the link opens nothing for another account, nor for one that claims the address."""
    assert invitations.open_invitation(invited.pk, factories.PatientFactory()) is None
    EmailAddress.objects.filter(user=ash.user).update(verified=False)
    assert invitations.open_invitation(invited.pk, ash) is None
    assert not CareLink.objects.exists()


def test_a_no_ends_the_invitation(invited: Invitation, ash: Patient) -> None:
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    end_link(link, by=ash.user)
    invited.refresh_from_db()
    assert invited.state(NOW) == InvitationState.DECLINED
    assert invitations.open_invitation(invited.pk, ash) is None
    assert Event.objects.get(kind=EventKind.INVITATION_DECLINED).subject == ash.user.event_id


def test_a_question_that_an_admin_took_back_is_not_asked_again(invited: Invitation, ash: Patient) -> None:
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    end_link(link, by=factories.UserFactory(role="admin"))
    assert invitations.open_invitation(invited.pk, ash) is None


def test_with_this_prescriber_already_nothing_is_asked(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    there = factories.ActiveLinkFactory(patient=ash, clinician=clinician)
    assert invitations.open_invitation(invited.pk, ash) == there
    invited.refresh_from_db()
    assert invited.state(NOW) == InvitationState.ACCEPTED
    assert kinds() == [EventKind.INVITATION_OPENED, EventKind.INVITATION_ACCEPTED]


def test_a_question_that_was_asked_already_is_the_one(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    asked = factories.CareLinkFactory(patient=ash, clinician=clinician)
    assert invitations.open_invitation(invited.pk, ash) == asked
    assert accept_link(asked)
    invited.refresh_from_db()
    assert invited.state(NOW) == InvitationState.ACCEPTED


def test_two_invitations_of_one_person_lead_to_one_question(
    invited: Invitation, ash: Patient, clinician: Clinician
) -> None:
    """They changed their address in between, say."""
    EmailAddress.objects.create(user=ash.user, email="ash.new@example.org", verified=True)
    second = factories.InvitationFactory(clinician=clinician, email="ash.new@example.org")
    assert invitations.open_invitation(invited.pk, ash) == invitations.open_invitation(second.pk, ash)


def test_with_another_prescriber_a_yes_changes_over(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    before = factories.ActiveLinkFactory(patient=ash)
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    before.refresh_from_db()
    assert before.is_active
    assert accept_link(link)
    assert CareLink.objects.active().get(patient=ash).clinician == clinician
    assert Event.objects.get(kind=EventKind.INVITATION_ACCEPTED).other == clinician.user.event_id


def test_a_question_that_is_no_longer_meant_makes_room(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    """A colleague who had asked the patient to go there can't look any more."""
    passed_on = factories.CareLinkFactory(
        patient=ash, clinician=clinician, proposed_through=factories.ClinicianFactory()
    )
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    assert link != passed_on
    assert CareLink.objects.answerable().get(patient=ash) == link


def test_the_person_is_not_mailed_about_the_question_they_are_led_to(
    invited: Invitation, ash: Patient, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitations.open_invitation(invited.pk, ash)
    assert mail.outbox == []


def test_withdrawn_the_question_is_gone_too(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    assert invitations.withdraw(invited, by=clinician.user)
    assert not accept_link(link)
    assert not CareLink.objects.proposed().exists()
    withdrawn = Event.objects.get(kind=EventKind.INVITATION_WITHDRAWN)
    assert (withdrawn.actor, withdrawn.subject) == (clinician.user.event_id, ash.user.event_id)


def test_withdrawing_ends_no_link_that_was_accepted(invited: Invitation, ash: Patient, clinician: Clinician) -> None:
    link = invitations.open_invitation(invited.pk, ash)
    assert link is not None
    accept_link(link)
    assert not invitations.withdraw(invited, by=clinician.user)
    link.refresh_from_db()
    assert link.is_active


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_are_one_question() -> None:
    ash = factories.PatientFactory(user__email=THEIRS)
    pk = factories.InvitationFactory(email=THEIRS).pk
    links = at_once([lambda: invitations.open_invitation(pk, ash)] * 4)
    assert len(set(links)) == CareLink.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_are_one() -> None:
    ash = factories.PatientFactory(user__email=THEIRS)
    invitation = factories.InvitationFactory(email=THEIRS)
    link = invitations.open_invitation(invitation.pk, ash)
    assert link is not None
    assert sorted(at_once([lambda: accept_link(link)] * 4)) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(3))
def test_of_a_yes_and_a_withdrawal_at_once_one_wins_whole(_again: int) -> None:
    """Either the diary is open and the invitation accepted, or it is shut and withdrawn."""
    ash = factories.PatientFactory(user__email=THEIRS)
    invitation = factories.InvitationFactory(email=THEIRS)
    clinician, link = invitation.clinician, invitations.open_invitation(invitation.pk, ash)
    assert link is not None
    acts: list[Callable[[], bool]] = [
        lambda: accept_link(link),
        lambda: invitations.withdraw(invitation, by=clinician.user),
    ]
    accepted, withdrawn = at_once(acts)
    invitation.refresh_from_db()
    link.refresh_from_db()
    assert accepted is not withdrawn
    assert (link.is_active, bool(invitation.accepted_at)) == (accepted, accepted)
    assert (bool(link.ended_at), bool(invitation.withdrawn_at)) == (withdrawn, withdrawn)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(3))
def test_an_opening_and_a_withdrawal_at_once_leave_no_question(_again: int) -> None:
    ash = factories.PatientFactory(user__email=THEIRS)
    invitation = factories.InvitationFactory(email=THEIRS)
    acts: list[Callable[[], Any]] = [
        lambda: invitations.open_invitation(invitation.pk, ash),
        lambda: invitations.withdraw(invitation, by=invitation.clinician.user),
    ]
    assert at_once(acts)[1] is True
    assert not CareLink.objects.proposed().exists()
