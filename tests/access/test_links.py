"""Care links: proposed, accepted, ended; at most one of a patient's is active."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ldnapp.access.consent import VERSION
from ldnapp.access.door import patients_visible_to
from ldnapp.access.links import accept_link, end_link, propose_link
from ldnapp.access.models import CareLink
from ldnapp.people.models import Event, EventKind, Patient, Role, User
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def state(link: CareLink) -> str:
    """Where this link stands, as stored."""
    link.refresh_from_db()
    if link.ended_at is not None:
        return f"ended by {link.ended_by}"
    return "active" if link.is_active else "proposed"


def test_the_database_holds_one_active_link_a_patient() -> None:
    link = factories.ActiveLinkFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ActiveLinkFactory(patient=link.patient)
    factories.EndedLinkFactory(patient=link.patient)
    factories.CareLinkFactory(patient=link.patient)
    factories.ActiveLinkFactory(clinician=link.clinician)
    assert CareLink.objects.active().of(link.patient).get() == link


@pytest.mark.parametrize(
    "wrong",
    [
        {"accepted_at": NOON - timedelta(seconds=1)},
        {"ended_at": NOON, "ended_by": ""},
        {"ended_at": NOON, "ended_by": "carer"},
        {"ended_at": None, "ended_by": Role.PATIENT},
    ],
)
def test_the_database_refuses_a_link_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.CareLinkFactory(proposed_at=NOON, **wrong)


def test_a_proposal_opens_nothing_until_the_patient_says_yes() -> None:
    patient, clinician = factories.PatientFactory(), factories.ClinicianFactory()
    link = propose_link(patient=patient, clinician=clinician, by=clinician.user)
    assert state(link) == "proposed"
    assert not patients_visible_to(clinician.user).exists()
    assert accept_link(link)
    assert state(link) == "active"
    assert list(patients_visible_to(clinician.user)) == [patient]


def test_the_same_two_have_one_open_link() -> None:
    link = factories.CareLinkFactory()
    with pytest.raises(ValidationError, match="already have a link"):
        propose_link(patient=link.patient, clinician=link.clinician, by=link.clinician.user)
    end_link(link, by=link.patient.user)
    again = propose_link(patient=link.patient, clinician=link.clinician, by=link.clinician.user)
    assert (state(link), state(again)) == ("ended by patient", "proposed")


def test_a_new_prescriber_takes_the_place_of_the_old_one() -> None:
    old = factories.ActiveLinkFactory()
    new = factories.CareLinkFactory(patient=old.patient)
    accept_link(new)
    assert (state(old), state(new)) == ("ended by patient", "active")
    assert not patients_visible_to(old.clinician.user).exists()


def test_accepting_twice_keeps_the_first_moment() -> None:
    link = factories.ActiveLinkFactory()
    accepted_at = link.accepted_at
    assert not accept_link(link)
    link.refresh_from_db()
    assert (link.accepted_at, link.ended_at) == (accepted_at, None)


def test_a_proposal_that_was_taken_back_is_not_accepted() -> None:
    """An open tab still offers it."""
    old = factories.ActiveLinkFactory()
    proposal = factories.CareLinkFactory(patient=old.patient)
    end_link(proposal, by=factories.UserFactory(role=Role.ADMIN))
    assert not accept_link(proposal)
    assert (state(proposal), state(old)) == ("ended by admin", "active")


@pytest.mark.parametrize("who", Role)
def test_an_end_says_who_and_stays_what_it_was(who: Role) -> None:
    link = factories.ActiveLinkFactory()
    end_link(link, by=factories.UserFactory(role=who))
    link.refresh_from_db()
    ended_at = link.ended_at
    end_link(link, by=link.patient.user)
    assert state(link) == f"ended by {who}"
    assert link.ended_at == ended_at
    assert list(CareLink.objects.ended()) == [link]


@pytest.mark.django_db(transaction=True)
def test_two_proposals_accepted_at_once_leave_one_active() -> None:
    """Two tabs: one after the other, and the last one stands."""
    patient = factories.PatientFactory()
    links = [factories.CareLinkFactory(patient=patient) for _ in range(4)]
    at_once([partial(accept_link, link) for link in links])
    assert sorted(state(link) for link in links) == ["active", *["ended by patient"] * 3]
    assert Patient.objects.filter(care_links__in=CareLink.objects.active()).get() == patient


@pytest.mark.django_db(transaction=True)
def test_accepted_and_taken_back_at_once_is_not_both() -> None:
    link = factories.CareLinkFactory()
    admin = factories.UserFactory(role=Role.ADMIN)
    acts: list[Callable[[], object]] = [partial(accept_link, link), partial(end_link, link, by=admin)]
    at_once(acts)
    assert state(link) == "ended by admin"


def test_what_a_link_is_called_names_nobody() -> None:
    link = factories.ActiveLinkFactory(patient__name="Ash", clinician__name="Dr Finch")
    assert str(link) == f"care link {link.pk}"


def test_older_words_open_nothing() -> None:
    old = factories.ActiveLinkFactory()
    link = factories.CareLinkFactory(patient=old.patient)
    assert not accept_link(link, version=VERSION - 1)
    assert (state(link), state(old)) == ("proposed", "active")
    assert not Event.objects.exists()


def test_a_locked_clinician_is_not_let_in_and_the_present_one_stays() -> None:
    old = factories.ActiveLinkFactory()
    link = factories.CareLinkFactory(patient=old.patient)
    User.objects.filter(pk=link.clinician.user_id).update(is_active=False)
    assert not accept_link(link)
    assert (state(link), state(old)) == ("proposed", "active")


@pytest.mark.parametrize("what", ["locked", "ended"])
def test_a_transfer_is_meant_as_long_as_its_prescriber_can_look(what: str) -> None:
    """Accepted after the one who proposed it was locked, or lost the link: refused, and nothing changed."""
    old = factories.ActiveLinkFactory()
    link = factories.CareLinkFactory(patient=old.patient, proposed_through=old.clinician)
    assert list(CareLink.objects.answerable()) == [link]
    if what == "locked":
        User.objects.filter(pk=old.clinician.user_id).update(is_active=False)
    else:
        end_link(old, by=old.clinician.user)
    assert not accept_link(link)
    assert state(link) == ("proposed" if what == "locked" else "ended by clinician")
    assert state(old) == ("active" if what == "locked" else "ended by clinician")


def test_with_a_prescriber_goes_what_they_asked_and_nothing_else() -> None:
    """Else the question would be asked again once they are accepted again."""
    old = factories.ActiveLinkFactory()
    theirs = factories.CareLinkFactory(patient=old.patient, proposed_through=old.clinician)
    own, chosen = (factories.CareLinkFactory(patient=old.patient) for _ in range(2))
    assert accept_link(chosen)
    assert [state(link) for link in (old, theirs, own, chosen)] == [
        "ended by patient",
        "ended by patient",
        "proposed",
        "active",
    ]


@pytest.mark.parametrize(("by", "mails"), [(Role.PATIENT, 0), (Role.CLINICIAN, 1), (Role.ADMIN, 1)])
def test_a_patient_is_told_by_mail_when_another_ends_a_link(
    django_capture_on_commit_callbacks: Any, mailoutbox: list[Any], by: Role, mails: int
) -> None:
    """And nothing about whom or what: mails are read by others."""
    link = factories.ActiveLinkFactory(clinician__name="Dr Finch")
    with django_capture_on_commit_callbacks(execute=True):
        end_link(link, by=factories.UserFactory(role=by))
        end_link(link, by=factories.UserFactory(role=by))
        end_link(factories.CareLinkFactory(patient=link.patient), by=factories.UserFactory(role=by))
    assert [message.to for message in mailoutbox] == [[link.patient.user.email]] * mails
    assert not any("Finch" in message.subject + message.body for message in mailoutbox)


def test_who_has_asked_to_be_deleted_lets_nobody_in() -> None:
    link = factories.CareLinkFactory()
    Patient.objects.filter(pk=link.patient_id).update(leaving_at=NOON)
    assert not accept_link(link)
    assert state(link) == "proposed"
    with pytest.raises(ValidationError, match="asked to be deleted"):
        propose_link(patient=link.patient, clinician=factories.ClinicianFactory(), by=link.clinician.user)


def test_the_old_link_ends_in_the_moment_in_which_the_new_one_begins() -> None:
    """At most one at any moment, with no gap; told as passed on where the old prescriber had asked."""
    old = factories.ActiveLinkFactory()
    new = factories.CareLinkFactory(patient=old.patient)
    accept_link(new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert old.ended_at == new.accepted_at == new.consented_at


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_yes_of_one_proposal_are_one() -> None:
    """P23: a double tap."""
    link = factories.CareLinkFactory()
    assert sorted(at_once([partial(accept_link, link) for _ in range(3)])) == [False, False, True]
    assert Event.objects.filter(kind=EventKind.LINK_ACCEPTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_old_one_ended_and_the_new_one_accepted_at_once() -> None:
    """Whichever is first: the old link ends once, and the new one is active."""
    old = factories.ActiveLinkFactory()
    new = factories.CareLinkFactory(patient=old.patient)
    acts: list[Callable[[], object]] = [partial(accept_link, new), partial(end_link, old, by=old.clinician.user)]
    at_once(acts)
    assert state(new) == "active"
    assert state(old) in {"ended by patient", "ended by clinician"}
    assert Event.objects.filter(kind=EventKind.LINK_ENDED).count() == 1


@pytest.mark.parametrize("is_mailed", [True, False])
def test_a_proposal_is_mailed_unless_the_patient_is_there_already(
    is_mailed: bool, django_capture_on_commit_callbacks: Any
) -> None:
    """An admin's is; one that an invitation leads to is not."""
    patient, clinician = factories.PatientFactory(), factories.ClinicianFactory()
    with django_capture_on_commit_callbacks(execute=True):
        propose_link(patient=patient, clinician=clinician, by=clinician.user, is_mailed=is_mailed)
    assert [sent.to for sent in mail.outbox] == ([[patient.user.email]] if is_mailed else [])
