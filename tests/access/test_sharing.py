"""The pages of sharing: who can look, saying yes or no, ending it."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ldnapp.access.consent import VERSION
from ldnapp.access.door import patients_visible_to
from ldnapp.access.links import accept_link, end_link
from ldnapp.access.models import AccessEvent, CareLink
from ldnapp.people.models import Patient, Role
from tests import factories
from tests.pages import words_of

pytestmark = pytest.mark.django_db
SHARING = "/sharing/"
READ = {"version": str(VERSION)}  # what the page of the words sends with a yes


def page(client: Client, path: str = SHARING) -> str:
    """The words of a page, without its tags."""
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def test_with_no_prescriber_the_page_says_what_will_happen(patient_client: Client) -> None:
    shown = page(patient_client)
    assert "Nobody but you can see your diary." in shown
    assert "No prescriber yet" in shown
    assert f'href="{reverse("access:invited")}">Enter a code' in patient_client.get(SHARING).content.decode()


def test_a_yes_lets_the_prescriber_look(patient_client: Client, patient: Patient) -> None:
    link = factories.CareLinkFactory(patient=patient, clinician__name="Dr Finch")
    assert "Dr Finch asks to see your diary" in page(patient_client)
    response = patient_client.post(f"{SHARING}{link.pk}/accept/", READ, follow=True)
    assert response.redirect_chain == [(SHARING, 302)]
    assert "Dr Finch can now see your diary" in response.content.decode()
    assert list(patients_visible_to(link.clinician.user)) == [patient]
    assert "Stop sharing with Dr Finch" in page(patient_client)


def test_a_no_shows_nothing_to_anybody(patient_client: Client, patient: Patient) -> None:
    link = factories.CareLinkFactory(patient=patient)
    response = patient_client.post(f"{SHARING}{link.pk}/decline/", follow=True)
    assert "You said no." in response.content.decode()
    assert not patients_visible_to(link.clinician.user).exists()
    link.refresh_from_db()
    assert (link.accepted_at, link.ended_by) == (None, Role.PATIENT)
    assert "No prescriber yet" in page(patient_client)


def test_before_a_yes_the_page_says_that_the_other_one_ends(patient_client: Client, patient: Patient) -> None:
    factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Old")
    link = factories.CareLinkFactory(patient=patient, clinician__name="Dr New")
    assert "once you agree, Dr Old can no longer look" in page(patient_client, f"{SHARING}{link.pk}/")


def test_ending_asks_once_more_and_then_takes_effect_at_once(patient_client: Client, patient: Patient) -> None:
    """P7."""
    link = factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Finch")
    assert "Stop sharing with Dr Finch now?" in page(patient_client, f"{SHARING}end/")
    assert patients_visible_to(link.clinician.user).exists()
    response = patient_client.post(f"{SHARING}end/", follow=True)
    assert "Dr Finch can no longer look." in response.content.decode()
    assert not patients_visible_to(link.clinician.user).exists()
    assert patient_client.get(f"{SHARING}end/").status_code == 404
    assert patient_client.post(f"{SHARING}end/").status_code == 404


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (Role.PATIENT, "You ended it."),
        (Role.CLINICIAN, "Your prescriber ended it."),
        (Role.ADMIN, "The people who run this site ended it."),
    ],
)
def test_whoever_did_not_end_it_sees_that_it_ended(
    patient_client: Client, patient: Patient, who: Role, words: str
) -> None:
    factories.EndedLinkFactory(patient=patient, clinician__name="Dr Finch", ended_by=who)
    shown = page(patient_client)
    assert "Dr Finch" in shown
    assert words in shown


def test_moments_are_told_in_the_patients_own_time(patient_client: Client, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(time_zone="Pacific/Kiritimati")  # UTC+14
    factories.EndedLinkFactory(patient=patient, ended_at=datetime(2026, 3, 1, 20, 15, tzinfo=UTC))
    assert "2 March 2026, 10:15" in page(patient_client)


@pytest.mark.parametrize("act", ["accept", "decline"])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_a_post_decides(patient_client: Client, patient: Patient, act: str, method: str) -> None:
    """P15: something that follows links decides nothing."""
    link = factories.CareLinkFactory(patient=patient)
    assert getattr(patient_client, method)(f"{SHARING}{link.pk}/{act}/").status_code == 405
    assert CareLink.objects.proposed().get() == link


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_another_patients_proposal_is_not_there(patient_client: Client, act: str) -> None:
    """P6."""
    link = factories.CareLinkFactory()
    assert patient_client.post(f"{SHARING}{link.pk}/{act}/", READ).status_code == 404
    assert CareLink.objects.proposed().get() == link


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_what_was_decided_is_not_decided_again(patient_client: Client, patient: Patient, act: str) -> None:
    link = factories.ActiveLinkFactory(patient=patient)
    answer = patient_client.post(f"{SHARING}{link.pk}/{act}/", READ, follow=True)
    assert "This question is not asked any more. Nothing was changed." in words_of(answer)
    link.refresh_from_db()
    assert link.is_active


def test_a_proposal_that_is_taken_back_meanwhile_is_not_accepted(
    monkeypatch: pytest.MonkeyPatch, patient_client: Client, patient: Patient
) -> None:
    """Nobody is told that somebody can look."""
    link = factories.CareLinkFactory(patient=patient)

    def too_late(proposal: CareLink, *, version: int) -> bool:
        end_link(proposal, by=factories.UserFactory(role=Role.ADMIN))
        return accept_link(proposal, version=version)

    monkeypatch.setattr("ldnapp.access.links.accept_link", too_late)
    answer = patient_client.post(f"{SHARING}{link.pk}/accept/", READ, follow=True)
    assert "This question is not asked any more." in words_of(answer)
    assert "can now see" not in words_of(answer)


@pytest.mark.parametrize("act", ["1/accept/", "1/decline/", "end/", "words/"])
def test_a_form_from_elsewhere_decides_nothing(patient: Patient, act: str) -> None:
    """T16."""
    link = factories.ActiveLinkFactory(patient=patient)
    client = Client(enforce_csrf_checks=True)
    client.force_login(patient.user)
    assert client.post(SHARING + act).status_code == 403
    link.refresh_from_db()
    assert link.is_active


@pytest.mark.parametrize("name", ["N" * 200, "د. سمير", "</script><img src=x onerror=alert(1)>"])
def test_any_name_fits_the_page_and_none_is_markup(patient_client: Client, patient: Patient, name: str) -> None:
    """P82, T26."""
    factories.ActiveLinkFactory(patient=patient, clinician__name=name)
    factories.CareLinkFactory(patient=patient, clinician__name=name)
    body = patient_client.get(SHARING).content.decode()
    assert "<img src=x" not in body
    assert "<title>Sharing and more · LDN Tracker</title>" in body, "no person's name in a title"


def test_only_the_link_that_the_page_asked_about_is_ended(patient_client: Client, patient: Patient) -> None:
    """Another prescriber may have been accepted in another tab since."""
    link = factories.ActiveLinkFactory(patient=patient)
    assert patient_client.post(f"{SHARING}end/", {"link": link.pk + 1}).status_code == 404
    assert CareLink.objects.active().get() == link
    assert patient_client.post(f"{SHARING}end/", {"link": link.pk}).status_code == 302
    assert not CareLink.objects.active().exists()


def test_who_can_look_since_when_and_what_they_see(patient_client: Client, patient: Patient) -> None:
    factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Finch")
    shown = page(patient_client)
    assert "Can look since 6 January 2026" in shown
    assert "What they see All of your diary, back to the first day: every answer, dose and note" in shown


def test_a_question_leads_to_the_words_and_opens_nothing_itself(patient_client: Client, patient: Patient) -> None:
    link = factories.CareLinkFactory(patient=patient, clinician__name="Dr Finch")
    body = patient_client.get(SHARING).content.decode()
    assert f'href="{SHARING}{link.pk}/"' in body
    assert "/accept/" not in body


def test_who_took_another_prescriber_reads_which_one(patient_client: Client, patient: Patient) -> None:
    factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Old")
    accept_link(factories.CareLinkFactory(patient=patient, clinician__name="Dr New"))
    assert "You said yes to Dr New instead." in page(patient_client)


def test_of_many_links_that_are_over_the_newest_are_named_and_the_rest_counted(
    patient_client: Client, patient: Patient
) -> None:
    """P59, P83: in a query of its own, however many; a question that nobody said yes to is none of them."""
    patient_client.get(SHARING)
    counts = []
    for number in range(23):
        at = datetime(2026, 2, 1 + number, 9, tzinfo=UTC)
        factories.EndedLinkFactory(patient=patient, clinician__name=f"Dr Number{number:02}", ended_at=at)
        with CaptureQueriesContext(connection) as queries:
            shown = page(patient_client)
        counts.append(len(queries))
    end_link(factories.CareLinkFactory(patient=patient, clinician__name="Dr No"), by=patient.user)
    assert set(counts) == {counts[0]}
    assert "No prescriber now Dr Number22 can no longer look. You ended it." in shown
    assert re.findall(r"Dr Number\d\d", shown)[1:] == [f"Dr Number{number:02}" for number in range(22, 2, -1)]
    assert "And 3 earlier." in page(patient_client)
    assert "Dr No " not in page(patient_client)


def test_from_the_next_request_on_an_end_is_an_end(patient_client: Client, clinician_client: Client) -> None:
    """P7: the open tab, its other charts, HEAD, and the forms about this patient; and no look is noted any more."""
    patient = Patient.objects.get()
    factories.write_day(patient, note="a line of the diary")
    course = f"/clinic/patients/{patient.pk}/"
    paths = [course, f"{course}?symptom=sleep&days=3650", f"{course}transfer/", f"{course}end/"]
    assert {clinician_client.get(path).status_code for path in paths} == {200}
    noted = AccessEvent.objects.count()
    patient_client.post(f"{SHARING}end/", {"link": CareLink.objects.active().get().pk})
    for path in paths:
        response = clinician_client.get(path)
        assert response.status_code == clinician_client.head(path).status_code == 404
        assert b"course-data" not in response.content
        assert b"a line of the diary" not in response.content
    assert clinician_client.post(f"{course}end/").status_code == 404
    assert AccessEvent.objects.count() == noted


@pytest.mark.parametrize("kind", ["print", "report", "export", "course.json", "data", "csv"])
def test_a_record_has_no_other_url(clinician_client: Client, patient: Patient, kind: str) -> None:
    """P2: nothing to bookmark that could outlive a link."""
    assert clinician_client.get(f"/clinic/patients/{patient.pk}/{kind}/").status_code == 404
