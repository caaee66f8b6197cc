"""The words on sharing: read before a yes, pinned by their digest, asked once more where they have changed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.access import consent
from ldnapp.access.links import accept_link, agree_anew, end_link
from ldnapp.access.models import CareLink
from ldnapp.people.models import Event, EventKind, Patient, Role
from tests import factories
from tests.pages import form_of, words_of

pytestmark = pytest.mark.django_db

# A changed word is a new version: raise VERSION in consent.py and add its digest here. The old ones stay.
DIGESTS = {1: "123a97748a3a9be38f910ff4f01e1f5ad57bfd7a800910cd9942661059290824"}
READ = {"version": str(consent.VERSION)}
TODAY, WORDS = "/diary/", "/sharing/words/"
ASKED_ANEW = "Please read what sharing means"


def path_of(link: CareLink) -> str:
    return f"/sharing/{link.pk}/"


def stand_of(link: CareLink) -> tuple[Any, ...]:
    """What a yes or a no would change."""
    fields = ("accepted_at", "ended_at", "consent_version", "consented_at")
    stand: tuple[Any, ...] = CareLink.objects.values_list(*fields).get(pk=link.pk)
    return stand


@pytest.fixture
def proposal(patient: Patient) -> CareLink:
    """A question that waits."""
    link: CareLink = factories.CareLinkFactory(patient=patient, clinician__name="Dr Finch")
    return link


@pytest.fixture
def older(patient: Patient) -> CareLink:
    """A link that was accepted before the words had a version."""
    link: CareLink = factories.ActiveLinkFactory(
        patient=patient, clinician__name="Dr Finch", consent_version=consent.UNWRITTEN
    )
    return link


def test_changed_words_are_a_new_version() -> None:
    assert consent.digest() == DIGESTS[consent.VERSION]
    assert max(DIGESTS) == consent.VERSION


def test_one_screen_says_who_what_nobody_watches_and_how_to_end_it(patient_client: Client, proposal: CareLink) -> None:
    """P64: and never that somebody was told."""
    response = patient_client.get(path_of(proposal))
    shown = words_of(response)
    for words in (
        "Dr Finch asks to see your diary",
        "All of your diary, back to the first day: every answer, dose and note.",
        "Nobody watches live.",
        "You can stop at any time",
        "I agree: Dr Finch may look",
        "No",
    ):
        assert words in shown
    assert "told" not in shown
    assert "Only one prescriber" not in shown, "there is none to lose"
    assert response.content.decode().count("btn-primary") == 1
    assert "Finch" not in response.content.decode().split("</title>")[0]


def test_the_screen_says_through_whom_and_who_can_then_look_no_longer(patient_client: Client, patient: Patient) -> None:
    old = factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Old")
    link = factories.CareLinkFactory(patient=patient, clinician__name="Dr New", proposed_through=old.clinician)
    shown = words_of(patient_client.get(path_of(link)))
    assert "Dr Old can look now, and would like to pass your diary on to Dr New." in shown
    assert "once you agree, Dr Old can no longer look" in shown


def test_reading_the_words_changes_nothing(patient_client: Client, proposal: CareLink) -> None:
    """P15."""
    before = stand_of(proposal)
    for method in ("get", "head"):
        assert getattr(patient_client, method)(path_of(proposal)).status_code == 200
    assert patient_client.post(path_of(proposal), READ).status_code == 405
    assert stand_of(proposal) == before


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": str(consent.VERSION - 1)}, {"version": "x"}])
def test_a_yes_to_no_words_or_to_older_ones_shows_the_words_again(
    patient_client: Client, proposal: CareLink, sent: dict[str, str]
) -> None:
    before = stand_of(proposal)
    response = patient_client.post(f"{path_of(proposal)}accept/", sent)
    assert response.status_code == 422
    assert "Nothing has changed yet." in words_of(response)
    assert "Nobody watches live." in words_of(response)
    assert stand_of(proposal) == before
    assert not Event.objects.exists()


def test_a_yes_keeps_version_and_moment_and_what_was_read(patient_client: Client, proposal: CareLink) -> None:
    """The form of the page is all that it takes."""
    sent = form_of(patient_client.get(path_of(proposal)), "")
    response = patient_client.post(f"{path_of(proposal)}accept/", sent)
    assert response.headers["Location"] == "/sharing/"
    proposal.refresh_from_db()
    assert proposal.is_active
    assert (proposal.consent_version, proposal.consented_at) == (consent.VERSION, proposal.accepted_at)
    event = Event.objects.get(kind=EventKind.CONSENT_GIVEN)
    assert event.detail == f"version {consent.VERSION}, sha256 {consent.digest()}"
    assert (event.subject, event.other) == (proposal.patient.user.event_id, proposal.clinician.user.event_id)


def test_any_name_stands_in_the_words_and_none_is_markup(patient_client: Client, patient: Patient) -> None:
    """P82, T26: nor does a name with braces stop the page."""
    for name in ("</bdi><img src=x onerror=alert(1)>", "{prescriber} {0}", "د. سمير"):
        link = factories.CareLinkFactory(patient=patient, clinician__name=name)
        response = patient_client.get(path_of(link))
        assert "<img src=x" not in response.content.decode()
        assert f"I agree: {name} may look" in words_of(response)


@pytest.mark.parametrize("name", ["link", "clinician", "through"])
def test_a_question_that_is_not_meant_any_more_is_not_there(
    patient_client: Client, patient: Patient, name: str
) -> None:
    """Taken back; of a locked account; of someone who can't look any more."""
    old = factories.ActiveLinkFactory(patient=patient)
    link = factories.CareLinkFactory(patient=patient, proposed_through=old.clinician, clinician__name="Dr New")
    assert patient_client.get(path_of(link)).status_code == 200
    if name == "link":
        end_link(link, by=old.clinician.user)
    else:
        who = link.clinician if name == "clinician" else old.clinician
        who.user.is_active = False
        who.user.save()
    before = stand_of(link)
    assert patient_client.get(path_of(link)).status_code == 404
    assert patient_client.post(f"{path_of(link)}accept/", READ).status_code == 404
    assert not accept_link(link)
    assert "Dr New" not in words_of(patient_client.get("/sharing/"))
    assert stand_of(link) == before
    assert stand_of(old)[1] is None


def test_new_words_are_asked_once_and_the_link_stays_until_then(patient_client: Client, older: CareLink) -> None:
    for page in (TODAY, "/sharing/"):
        assert ASKED_ANEW in words_of(patient_client.get(page))
    shown = words_of(patient_client.get(WORDS))
    assert "Until you answer here, that stays as it is." in shown
    assert "Nobody watches live." in shown
    older.refresh_from_db()
    assert older.is_active
    assert "as before" in words_of(patient_client.post(WORDS, {"answer": "yes", **READ}, follow=True))
    for page in (TODAY, "/sharing/"):
        assert ASKED_ANEW not in words_of(patient_client.get(page))
    older.refresh_from_db()
    assert older.is_active
    assert older.consent_version == consent.VERSION
    assert Event.objects.filter(kind=EventKind.CONSENT_GIVEN).count() == 1


def test_a_no_to_new_words_ends_the_link(patient_client: Client, older: CareLink) -> None:
    response = patient_client.post(WORDS, {"answer": "no", **READ}, follow=True)
    assert "Dr Finch can no longer look." in words_of(response)
    older.refresh_from_db()
    assert older.ended_by == Role.PATIENT
    assert ASKED_ANEW not in words_of(patient_client.get(TODAY))


@pytest.mark.parametrize(
    "sent", [{}, {"answer": "yes"}, {"answer": "yes", "version": "0"}, {"answer": "maybe", **READ}]
)
def test_no_clear_answer_to_new_words_changes_nothing(
    patient_client: Client, older: CareLink, sent: dict[str, str]
) -> None:
    before = stand_of(older)
    response = patient_client.post(WORDS, sent)
    assert response.status_code == 422
    assert "Nothing has changed yet." in words_of(response)
    assert stand_of(older) == before


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_is_about_the_link_that_the_page_named(patient_client: Client, older: CareLink, answer: str) -> None:
    """An open tab; meanwhile another prescriber was accepted."""
    before = stand_of(older)
    sent = {"answer": answer, "link": str(older.pk + 1), **READ}
    assert patient_client.post(WORDS, sent).headers["Location"] == "/sharing/"
    assert stand_of(older) == before


def test_with_nothing_to_ask_there_is_no_page_to_answer(patient_client: Client, patient: Patient) -> None:
    factories.ActiveLinkFactory(patient=patient)
    for answer in (patient_client.get(WORDS), patient_client.post(WORDS, {"answer": "no", **READ})):
        assert answer.headers["Location"] == "/sharing/"
    assert CareLink.objects.active().exists()


def test_an_ended_link_is_not_agreed_to_anew(older: CareLink) -> None:
    end_link(older, by=older.clinician.user)
    assert not agree_anew(older, version=consent.VERSION)
    assert not Event.objects.filter(kind=EventKind.CONSENT_GIVEN).exists()


def test_the_diary_looks_it_up_once_a_session(
    monkeypatch: pytest.MonkeyPatch, patient_client: Client, older: CareLink
) -> None:
    """Not at each page; and anew once there are newer words."""

    def looked_up() -> int:
        with CaptureQueriesContext(connection) as queries:
            patient_client.get(TODAY)
        return sum('FROM "access_carelink"' in query["sql"] for query in queries)

    assert [looked_up() for _ in range(3)] == [1, 0, 0]
    patient_client.post(WORDS, {"answer": "yes", **READ})
    assert looked_up() == 0
    monkeypatch.setattr(consent, "VERSION", consent.VERSION + 1)
    assert [looked_up() for _ in range(2)] == [1, 0]
    assert ASKED_ANEW in words_of(patient_client.get(TODAY))


def test_what_was_answered_elsewhere_is_put_right(patient_client: Client, older: CareLink) -> None:
    """The session still says that there is something to ask; its page knows better."""
    patient_client.get(TODAY)
    agree_anew(older, version=consent.VERSION)
    assert patient_client.get(WORDS).headers["Location"] == "/sharing/"
    assert ASKED_ANEW not in words_of(patient_client.get(TODAY))
