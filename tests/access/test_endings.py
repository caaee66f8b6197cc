"""What a prescriber is told of a link of theirs that ended: the fact, for thirty days."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ldnapp.access.links import accept_link, end_link
from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician, Role, User
from tests import factories
from tests.pages import words_of

pytestmark = pytest.mark.django_db
ENDINGS = "Sharing ended in the last 30 days:"


def ended(clinician: Clinician, *, days_ago: float, name: str = "Hazel Test", by: Role = Role.PATIENT) -> CareLink:
    """A link of this prescriber that ended so long ago."""
    at = timezone.now() - timedelta(days=days_ago)
    link: CareLink = factories.EndedLinkFactory(clinician=clinician, patient__name=name, ended_by=by, ended_at=at)
    return link


@pytest.fixture
def clinician(clinician_client: Client) -> Clinician:
    """The prescriber who is signed in in clinician_client."""
    return CareLink.objects.active().get().clinician


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Role.PATIENT, "ended by the patient"),
        (Role.CLINICIAN, "ended by you"),
        (Role.ADMIN, "ended by the people who run this site"),
    ],
)
def test_a_prescriber_sees_that_it_ended_and_by_whom(
    clinician_client: Client, clinician: Clinician, who: Role, words: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        link = ended(clinician, days_ago=3, by=who)
        response = clinician_client.get("/clinic/")
    assert f"{ENDINGS} Hazel Test, 21 November 2026, {words}." in words_of(response)
    assert str(link.patient.pk) not in response.content.decode(), "nothing but the fact"


def test_a_prescriber_sees_that_a_diary_was_passed_on(clinician_client: Client, clinician: Clinician) -> None:
    old = CareLink.objects.active().get()
    accept_link(factories.CareLinkFactory(patient=old.patient, proposed_through=clinician))
    assert "passed on to a colleague" in words_of(clinician_client.get("/clinic/"))


@pytest.mark.parametrize(("days_ago", "is_told"), [(29.9, True), (30.1, False)])
def test_the_note_goes_after_30_days(
    clinician_client: Client, clinician: Clinician, days_ago: float, is_told: bool
) -> None:
    ended(clinician, days_ago=days_ago)
    shown = words_of(clinician_client.get("/clinic/"))
    assert ((ENDINGS in shown), ("Hazel Test" in shown)) == (is_told, is_told)


def test_nothing_is_said_of_others_of_a_no_or_of_who_came_back(clinician_client: Client, clinician: Clinician) -> None:
    """P5: another prescriber's links; a proposal that was declined; a patient who shares again."""
    ended(factories.ClinicianFactory(), days_ago=1)
    end_link(factories.CareLinkFactory(clinician=clinician), by=factories.UserFactory())
    again = ended(clinician, days_ago=1)
    factories.ActiveLinkFactory(clinician=clinician, patient=again.patient)
    assert ENDINGS not in words_of(clinician_client.get("/clinic/"))


def test_of_many_endings_the_newest_are_named_and_the_rest_counted(
    clinician_client: Client, clinician: Clinician
) -> None:
    """P59, P83: one query, however many."""
    counts = []
    for made in range(8):
        ended(clinician, days_ago=made + 1, name=f"Hazel Number{made}")
        with CaptureQueriesContext(connection) as queries:
            shown = words_of(clinician_client.get("/clinic/"))
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1  # the first request of a session notes its age
    assert re.findall(r"Hazel Number\d", shown) == [f"Hazel Number{number}" for number in range(5)]
    assert "and 3 more" in shown


def test_an_account_that_is_gone_leaves_no_note(clinician_client: Client, clinician: Clinician) -> None:
    link = ended(clinician, days_ago=1)
    user = link.patient.user
    for row in (link, link.patient):
        row.delete()
    User.objects.filter(pk=user.pk).delete()
    assert ENDINGS not in words_of(clinician_client.get("/clinic/"))
