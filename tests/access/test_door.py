"""The one door: who may read whose record, and that every look is noted."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

import clinician.views
from ldnapp import access
from ldnapp.access import door
from ldnapp.access.door import diaries_writable_by, open_record, patients_visible_to
from ldnapp.access.models import AccessEvent, CareLink, Page
from ldnapp.people.models import Clinician, Role, User
from tests import factories
from tests.conftest import AUDIENCES, Cast

SEES = {"linked": {"Ash Cast"}}  # everyone else sees nobody of the cast
CASELOAD, COURSE = "/clinic/", "/clinic/patients/{}/"  # format() leaves the first as it is
WRITES = {"patient": {"Ash Cast"}, "other_patient": {"Hazel Cast"}}


def somebody(cast: Cast, who: str) -> Any:
    """That one of the cast as a request has them."""
    return cast.users[who] or AnonymousUser()


@pytest.mark.parametrize("who", AUDIENCES)
def test_only_an_active_link_shows_a_patient(cast: Cast, who: str) -> None:
    names = set(patients_visible_to(somebody(cast, who)).values_list("name", flat=True))
    assert names & {"Ash Cast", "Hazel Cast"} == SEES.get(who, set())


@pytest.mark.parametrize("who", AUDIENCES)
def test_a_diary_is_written_by_its_patient_alone(cast: Cast, who: str) -> None:
    names = set(diaries_writable_by(somebody(cast, who)).values_list("name", flat=True))
    assert names == WRITES.get(who, set())


@pytest.mark.parametrize("who", AUDIENCES)
def test_the_record_opens_for_whoever_sees_the_patient(cast: Cast, who: str) -> None:
    """T11: for everyone else it is as if it were not there, and nothing is noted."""
    if who in SEES:
        with open_record(somebody(cast, who), cast.patient.pk, Page.COURSE) as patient:
            assert patient == cast.patient
        return
    with pytest.raises(Http404), open_record(somebody(cast, who), cast.patient.pk, Page.COURSE):
        pytest.fail("opened")
    assert not AccessEvent.objects.exists()


@pytest.mark.django_db
def test_two_who_have_nobody_are_not_each_others() -> None:
    """P3: no link on either side is no link between them."""
    factories.PatientFactory()
    assert not patients_visible_to(factories.ClinicianFactory().user).exists()


@pytest.mark.django_db
def test_a_locked_prescriber_sees_nobody() -> None:
    link = factories.ActiveLinkFactory(clinician__user__is_active=False)
    assert not patients_visible_to(link.clinician.user).exists()
    User.objects.filter(pk=link.patient.user_id).update(is_active=False)
    assert not diaries_writable_by(User.objects.get(pk=link.patient.user_id)).exists()


def test_a_look_is_noted_before_the_record_opens(cast: Cast) -> None:
    user = cast.users["linked"]
    assert user is not None
    with open_record(user, cast.patient.pk, Page.COURSE):
        event = AccessEvent.objects.get()
    assert (event.actor, event.subject, event.page) == (user.event_id, cast.patient.user.event_id, "course")
    assert abs(datetime.now(UTC) - event.at) < timedelta(minutes=1)
    assert str(cast.patient.pk) not in str([event.actor, event.subject])
    assert str(event) == f"look {event.pk}"


@pytest.mark.parametrize(("path", "kind"), [(CASELOAD, Page.CASELOAD), (COURSE, Page.COURSE)])
def test_every_page_that_is_sent_is_a_look(prescriber: Client, cast: Cast, path: str, kind: Page) -> None:
    """P19: twice opened is twice noted; HEAD sends nothing and notes nothing."""
    url = path.format(cast.patient.pk)
    assert prescriber.head(url).status_code == 200
    assert not AccessEvent.objects.exists()
    for _ in range(2):
        assert prescriber.get(url).status_code == 200
    assert list(AccessEvent.objects.values_list("page", flat=True)) == [kind, kind]


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"])
@pytest.mark.parametrize("path", [CASELOAD, COURSE])
def test_a_page_that_nobody_asked_to_see_is_not_sent(prescriber: Client, cast: Cast, path: str, purpose: str) -> None:
    """D2: a prefetched body would be a look that is not noted, or a note of no look."""
    url = path.format(cast.patient.pk)
    response = prescriber.get(url, headers={"sec-purpose": purpose})
    assert (response.status_code, response.content) == (503, b"")
    assert not AccessEvent.objects.exists()


def end_before_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every link end after the door has selected the patient, and before its block opens."""
    block = door.read_only_block

    def ended_first() -> AbstractContextManager[None]:
        CareLink.objects.active().update(ended_at=datetime.now(UTC), ended_by=Role.PATIENT)
        return block()

    monkeypatch.setattr(door, "read_only_block", ended_first)


@pytest.mark.parametrize("path", [CASELOAD, COURSE])
def test_a_link_that_ends_in_between_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, prescriber: Client, cast: Cast, path: str
) -> None:
    """D3, T5: no event, no page. The other way round the event stays: the patient reads of a look that was refused."""
    end_before_the_block(monkeypatch)
    response = prescriber.get(path.format(cast.patient.pk))
    assert response.status_code == 404
    assert cast.patient.name not in response.content.decode()
    assert AccessEvent.objects.filter(subject=cast.patient.user.event_id).count() == 1


def test_after_the_end_of_a_link_the_next_request_is_refused(prescriber: Client, cast: Cast) -> None:
    """P7: a bookmark and an open tab are no way in, and of the list the fact that it ended is left."""
    assert prescriber.get(COURSE.format(cast.patient.pk)).status_code == 200
    CareLink.objects.active().filter(patient=cast.patient).update(ended_at=datetime.now(UTC), ended_by=Role.PATIENT)
    assert prescriber.get(COURSE.format(cast.patient.pk)).status_code == 404
    response = prescriber.get(CASELOAD)
    assert not response.context["rows"]
    assert str(cast.patient.pk) not in response.content.decode()


@pytest.mark.django_db
def test_a_caseload_notes_one_look_a_patient_in_one_insert() -> None:
    clinician_ = factories.ClinicianFactory()
    factories.give_second_factor(clinician_.user)
    links = [factories.ActiveLinkFactory(clinician=clinician_) for _ in range(3)]
    factories.ActiveLinkFactory()
    client = Client()
    client.force_login(clinician_.user)
    with CaptureQueriesContext(connection) as queries:
        client.get(CASELOAD)
    inserts = [query["sql"] for query in queries if query["sql"].startswith('INSERT INTO "access_accessevent"')]
    assert len(inserts) == 1
    noted = AccessEvent.objects.filter(page=Page.CASELOAD).values_list("subject", flat=True)
    assert sorted(noted) == sorted(link.patient.user.event_id for link in links)


def test_each_page_is_of_the_patient_it_was_asked_for(prescriber: Client, cast: Cast) -> None:
    """P10, P11: name and payload of one after the other, and the first again."""
    clinician_ = Clinician.objects.get(user=cast.users["linked"])
    second = factories.ActiveLinkFactory(clinician=clinician_, patient__name="Rowan Cast").patient
    factories.write_day(second)
    both = {cast.patient, second}
    for patient in (cast.patient, second, cast.patient):
        body = prescriber.get(COURSE.format(patient.pk)).content.decode()
        (other,) = both - {patient}
        assert patient.name in body
        assert f'"record": "{patient.pk}"' in body
        assert other.name not in body
        assert str(other.pk) not in body


@pytest.mark.django_db
def test_only_the_patients_of_the_shown_page_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinician.views, "PER_PAGE", 2)
    clinician_ = factories.ClinicianFactory()
    factories.give_second_factor(clinician_.user)
    for _ in range(3):
        factories.ActiveLinkFactory(clinician=clinician_)
    client = Client()
    client.force_login(clinician_.user)
    client.get("/clinic/?page=2")
    assert AccessEvent.objects.count() == 1


def make_strangers() -> None:
    """Other people with diaries and prescribers of their own."""
    for _ in range(5):
        link = factories.ActiveLinkFactory()
        factories.write_days(link.patient, 3, note="a stranger's note")


@pytest.mark.parametrize(("who", "path"), [("linked", CASELOAD), ("linked", COURSE), ("patient", "/progress/")])
def test_a_page_is_the_same_however_many_others_there_are(cast: Cast, who: str, path: str) -> None:
    """P83: same bytes, same queries."""
    client = Client()
    cast.sign_in(client, who)
    url = path.format(cast.patient.pk)
    client.get(url)
    answers = []
    for more in (False, True):
        if more:
            make_strangers()
        with CaptureQueriesContext(connection) as queries:
            answers.append((client.get(url).content, len(queries)))
    assert answers[0] == answers[1]


@pytest.mark.django_db
def test_looks_outlive_the_accounts_that_they_speak_of() -> None:
    """P18: what is left names nobody, and nothing maps it to anybody."""
    link = factories.ActiveLinkFactory()
    actor, subject = link.clinician.user.event_id, link.patient.user.event_id
    with open_record(link.clinician.user, link.patient.pk, Page.COURSE):
        pass
    for row in (link, link.clinician, link.patient, link.clinician.user, link.patient.user):
        row.delete()
    assert AccessEvent.objects.values_list("actor", "subject").get() == (actor, subject)
    assert not User.objects.exists()


def test_the_doors_functions_are_found_in_the_package() -> None:
    assert access.patients_visible_to is patients_visible_to
    assert not hasattr(access, "a_second_way_in")
