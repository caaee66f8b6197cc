"""A prescriber passes a diary on, or stops looking after it: the patient decides, and nothing changes until then."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from ldnapp.access.door import patients_visible_to
from ldnapp.access.invitations import open_invitation
from ldnapp.access.links import accept_link, end_link, propose_link
from ldnapp.access.models import AccessEvent, CareLink
from ldnapp.access.transfers import NOT_POSSIBLE, WAITING, propose_transfer, take_back
from ldnapp.people.models import Clinician, Patient, Role
from tests import factories
from tests.conftest import AUDIENCES, Cast
from tests.pages import form_of, words_of
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
COLLEAGUE = "wren@example.org"


@pytest.fixture
def finch(patient: Patient, clinician_client: Client) -> Clinician:
    """The patient's prescriber, who is signed in in clinician_client."""
    return CareLink.objects.active().get(patient=patient).clinician


@pytest.fixture
def wren(db: None) -> Clinician:
    """The colleague."""
    made: Clinician = factories.ClinicianFactory(name="Dr Wren", user__email=COLLEAGUE)
    return made


@pytest.fixture
def path(patient: Patient) -> str:
    return f"/clinic/patients/{patient.pk}/transfer/"


def who_sees(patient: Patient) -> list[int]:
    """The prescribers who may look at this moment."""
    return list(CareLink.objects.active().filter(patient=patient).values_list("clinician", flat=True))


def test_asking_changes_nothing_and_a_yes_changes_prescriber(
    clinician_client: Client, patient_client: Client, patient: Patient, finch: Clinician, wren: Clinician, path: str
) -> None:
    """T12."""
    response = clinician_client.post(path, {"email": " Wren@Example.org "}, follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert "Waiting for the patient’s answer" in words_of(response)
    assert who_sees(patient) == [finch.pk]
    link = CareLink.objects.proposed().get()
    assert (link.clinician, link.proposed_through) == (wren, finch)
    assert f"{finch.name} would like to pass your diary on" in words_of(patient_client.get("/sharing/"))
    patient_client.post(f"/sharing/{link.pk}/accept/", form_of(patient_client.get(f"/sharing/{link.pk}/"), ""))
    assert who_sees(patient) == [wren.pk]
    assert clinician_client.get(path).status_code == 404


def test_a_no_changes_nothing(
    clinician_client: Client, patient_client: Client, patient: Patient, finch: Clinician, wren: Clinician, path: str
) -> None:
    link = propose_transfer(patient, COLLEAGUE, by=finch)
    patient_client.post(f"/sharing/{link.pk}/decline/")
    assert who_sees(patient) == [finch.pk]
    assert not patients_visible_to(wren.user).exists()
    assert "The patient said no to Dr Wren" in words_of(clinician_client.get(path))


def test_the_form_shows_no_record_and_is_no_look(clinician_client: Client, patient: Patient, path: str) -> None:
    """P19."""
    factories.write_day(patient, note="a line of the diary")
    for page in (path, f"/clinic/patients/{patient.pk}/end/"):
        response = clinician_client.get(page)
        assert "a line of the diary" not in response.content.decode()
        assert patient.name not in response.content.decode().split("</title>")[0]
    assert not AccessEvent.objects.exists()
    assert f'href="{path}"' in clinician_client.get(f"/clinic/patients/{patient.pk}/").content.decode()


def test_every_address_that_is_no_colleagues_gets_the_same_answer(
    clinician_client: Client, patient: Patient, finch: Clinician, path: str
) -> None:
    """T10: unknown, one's own, a patient's, an admin's, a locked prescriber's; beside the field, and kept."""
    locked = factories.ClinicianFactory(user__is_active=False)
    others = (finch, patient, factories.PatientFactory(), locked)
    admin = factories.UserFactory(role=Role.ADMIN)
    said = set()
    for email in ["nobody@example.org", admin.email, *(each.user.email for each in others)]:
        response = clinician_client.post(path, {"email": email})
        assert response.status_code == 422
        assert f'value="{email}"' in response.content.decode()
        said.add(response.context["form"].errors["email"].as_text())
    assert said == {f"* {NOT_POSSIBLE}"}
    assert not CareLink.objects.proposed().exists()


@pytest.mark.parametrize("email", ["", "no address", "a@" + "b" * 300 + ".org"])
def test_what_is_no_address_is_refused_beside_the_field(clinician_client: Client, path: str, email: str) -> None:
    response = clinician_client.post(path, {"email": email})
    assert response.status_code == 422
    assert response.context["form"].errors["email"]


def test_who_else_asks_the_patient_is_not_told(patient: Patient, finch: Clinician, wren: Clinician) -> None:
    """P5: an invitation of the colleague's own waits, or was declined a short while ago."""
    link = propose_link(patient=patient, clinician=wren, by=wren.user)
    with pytest.raises(ValidationError, match="can’t be asked"):
        propose_transfer(patient, COLLEAGUE, by=finch)
    end_link(link, by=patient.user)
    with pytest.raises(ValidationError, match="can’t be asked"):
        propose_transfer(patient, COLLEAGUE, by=finch)


def test_a_second_question_waits_until_the_first_is_taken_back(
    clinician_client: Client, patient: Patient, finch: Clinician, wren: Clinician, path: str
) -> None:
    other = factories.ClinicianFactory()
    clinician_client.post(path, {"email": COLLEAGUE})
    response = clinician_client.post(path, {"email": other.user.email})
    assert response.status_code == 422
    assert WAITING in words_of(response)
    assert "Take the question back" in words_of(response)
    assert CareLink.objects.proposed().get().clinician == wren
    assert "Taken back." in words_of(clinician_client.post(f"{path}back/", follow=True))
    assert "no question left" in words_of(clinician_client.post(f"{path}back/", follow=True))
    assert clinician_client.post(path, {"email": other.user.email}).status_code == 302
    assert CareLink.objects.proposed().get().clinician == other


def test_after_a_no_the_same_question_waits_seven_days(patient: Patient, finch: Clinician, wren: Clinician) -> None:
    """It must not nag. Another colleague can be asked about, and an admin may propose."""
    with time_machine.travel(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False) as now:
        end_link(propose_transfer(patient, COLLEAGUE, by=finch), by=patient.user)
        now.shift(timedelta(days=7, seconds=-1))
        with pytest.raises(ValidationError, match="You can ask again from 9 November 2026"):
            propose_transfer(patient, COLLEAGUE, by=finch)
        end_link(propose_transfer(patient, factories.ClinicianFactory().user.email, by=finch), by=finch.user)
        admin = factories.UserFactory(role=Role.ADMIN)
        end_link(propose_link(patient=patient, clinician=wren, by=admin), by=admin)
        now.shift(timedelta(seconds=1))
        assert propose_transfer(patient, COLLEAGUE, by=finch).clinician == wren


def test_a_question_that_was_taken_back_may_be_asked_again(patient: Patient, finch: Clinician, wren: Clinician) -> None:
    propose_transfer(patient, COLLEAGUE, by=finch)
    assert take_back(patient, by=finch)
    assert not take_back(patient, by=finch)
    assert propose_transfer(patient, COLLEAGUE, by=finch).clinician == wren


def test_who_can_no_longer_look_passes_nothing_on(patient: Patient, finch: Clinician, wren: Clinician) -> None:
    """T5: between the page and the act."""
    end_link(CareLink.objects.active().get(), by=patient.user)
    with pytest.raises(ValidationError, match="no longer"):
        propose_transfer(patient, COLLEAGUE, by=finch)
    assert not CareLink.objects.proposed().exists()


def test_the_colleagues_own_invitation_makes_the_question_their_own(
    patient: Patient, finch: Clinician, wren: Clinician
) -> None:
    """Else it would lead to a question that ends with somebody else's link."""
    link = propose_transfer(patient, COLLEAGUE, by=finch)
    invitation = factories.InvitationFactory(clinician=wren, email=patient.user.email)
    assert open_invitation(invitation.pk, patient) == link
    end_link(CareLink.objects.active().get(), by=patient.user)
    assert accept_link(link)


def test_the_patient_is_mailed_that_a_question_waits(
    clinician_client: Client,
    patient: Patient,
    finch: Clinician,
    wren: Clinician,
    path: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """T32: nobody is named, and nothing is said of health; once all is committed, and not where it was refused."""
    with django_capture_on_commit_callbacks(execute=True):
        clinician_client.post(path, {"email": COLLEAGUE})
        clinician_client.post(path, {"email": COLLEAGUE})
        assert not mail.outbox
    (sent,) = mail.outbox
    assert sent.to == [patient.user.email]
    assert "/sharing/" in str(sent.body)
    for word in (finch.name, wren.name, patient.name, COLLEAGUE, "naltrexone", "pain"):
        assert word not in f"{sent.subject} {sent.body}"


@pytest.mark.parametrize("act", ["transfer/", "transfer/back/", "end/"])
@pytest.mark.parametrize("who", [who for who in AUDIENCES if who != "linked"])
def test_only_the_patients_prescriber_acts(cast: Cast, wren: Clinician, who: str, act: str) -> None:
    """P3, P4, P6: a POST that looks right, by everybody else; nothing changes."""
    before = list(CareLink.objects.order_by("pk").values())
    client = Client()
    cast.sign_in(client, who)
    response = client.post(f"/clinic/patients/{cast.patient.pk}/{act}", {"email": COLLEAGUE})
    assert response.status_code in {302, 404}
    assert list(CareLink.objects.order_by("pk").values()) == before


def test_a_prescriber_stops_after_being_asked_once_more(
    clinician_client: Client, patient_client: Client, patient: Patient, finch: Clinician, wren: Clinician
) -> None:
    """P7; the patient sees who ended it. A question that waited is not meant any more."""
    end = f"/clinic/patients/{patient.pk}/end/"
    propose_transfer(patient, COLLEAGUE, by=finch)
    assert "Stop looking after" in words_of(clinician_client.get(end))
    assert who_sees(patient) == [finch.pk]
    response = clinician_client.post(end, follow=True)
    assert "You can no longer look at this diary." in words_of(response)
    assert "ended by you" in words_of(response)
    assert clinician_client.post(end).status_code == 404
    shown = words_of(patient_client.get("/sharing/"))
    assert "Your prescriber ended it." in shown
    assert "Dr Wren" not in shown


@pytest.mark.parametrize("act", ["transfer/", "transfer/back/", "end/"])
def test_a_form_from_elsewhere_does_nothing(patient: Patient, finch: Clinician, wren: Clinician, act: str) -> None:
    """T16."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(finch.user)
    assert client.post(f"/clinic/patients/{patient.pk}/{act}", {"email": COLLEAGUE}).status_code == 403
    assert who_sees(patient) == [finch.pk]
    assert not CareLink.objects.proposed().exists()


@pytest.mark.django_db(transaction=True)
def test_a_transfer_and_an_invitation_accepted_at_once_leave_one_active() -> None:
    """T12: at no moment two, and the first prescriber ends once."""
    old = factories.ActiveLinkFactory()
    wren = factories.ClinicianFactory(user__email=COLLEAGUE)
    passed_on = propose_transfer(old.patient, COLLEAGUE, by=old.clinician)
    invitation = factories.InvitationFactory(email=old.patient.user.email)
    asked = open_invitation(invitation.pk, old.patient)
    assert asked is not None
    at_once([partial(accept_link, link) for link in (passed_on, asked)])
    (active,) = who_sees(old.patient)
    assert active in {wren.pk, asked.clinician_id}
    old.refresh_from_db()
    assert old.ended_by == Role.PATIENT


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_are_one() -> None:
    """P23: two tabs; the other one reads that one waits."""
    link = factories.ActiveLinkFactory()
    emails = [factories.ClinicianFactory().user.email for _ in range(3)]

    def ask(email: str) -> bool:
        try:
            return bool(propose_transfer(link.patient, email, by=link.clinician))
        except ValidationError:
            return False

    assert sorted(at_once([partial(ask, email) for email in emails])) == [False, False, True]
    assert CareLink.objects.proposed().count() == 1
