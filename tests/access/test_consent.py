"""What sharing means: read before a yes, pinned by their digest, asked once more where they have changed."""

from datetime import timedelta
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
from tests.tracker.diary_page import path_of as path_of_day
from tracker import clock

pytestmark = pytest.mark.django_db

# A changed word is a new version: raise VERSION in consent.py and add its digest here. The old ones stay.
DIGESTS = {1: "5c191130b3c3751f978c6886cc7d7decfd95d906aecd74d58d4914d0ce525f24"}
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
def test_a_question_that_is_not_meant_any_more_is_not_asked(
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
    for answer in (
        patient_client.get(path_of(link), follow=True),
        patient_client.post(f"{path_of(link)}accept/", READ, follow=True),
    ):
        assert answer.redirect_chain == [("/sharing/", 302)]
        assert "This question is not asked any more. Nothing was changed." in words_of(answer)
    assert not accept_link(link)
    assert "Dr New" not in words_of(patient_client.get("/sharing/"))
    assert stand_of(link) == before
    assert stand_of(old)[1] is None


def test_a_yes_from_a_page_that_did_not_say_whom_it_ends_ends_nobody(patient_client: Client, patient: Patient) -> None:
    """Two tabs: a prescriber was accepted in the other one since this page was read."""
    link = factories.CareLinkFactory(patient=patient)
    sent = form_of(patient_client.get(path_of(link)), "")
    present = factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Present")
    response = patient_client.post(f"{path_of(link)}accept/", sent)
    assert response.status_code == 422
    assert "Dr Present can no longer look" in words_of(response)
    assert stand_of(present)[1] is None
    patient_client.post(f"{path_of(link)}accept/", form_of(response, ""))
    assert stand_of(present)[1] is not None


def test_a_no_to_passing_on_says_that_all_stays(patient_client: Client, patient: Patient) -> None:
    old = factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Old")
    link = factories.CareLinkFactory(patient=patient, proposed_through=old.clinician)
    assert "If you say no, Dr Old goes on as before." in words_of(patient_client.get(path_of(link)))
    answer = patient_client.post(f"{path_of(link)}decline/", follow=True)
    assert "You said no. Dr Old can look as before." in words_of(answer)


def test_new_words_are_asked_once_and_the_link_stays_until_then(patient_client: Client, older: CareLink) -> None:
    for page in (TODAY, "/sharing/"):
        assert ASKED_ANEW in words_of(patient_client.get(page))
    shown = words_of(patient_client.get(WORDS))
    assert "Until you answer here, that stays as it is." in shown
    assert "Nobody watches live." in shown
    older.refresh_from_db()
    assert older.is_active
    sent = form_of(patient_client.get(WORDS), "")
    assert "as before" in words_of(patient_client.post(WORDS, sent, follow=True))
    for page in (TODAY, "/sharing/"):
        assert ASKED_ANEW not in words_of(patient_client.get(page))
    older.refresh_from_db()
    assert older.is_active
    assert older.consent_version == consent.VERSION
    assert Event.objects.filter(kind=EventKind.CONSENT_GIVEN).count() == 1


def test_a_no_to_new_words_leads_to_the_one_question_before_an_end(patient_client: Client, older: CareLink) -> None:
    """Nothing ends by a tap on the page of the words; once it has ended, there is nothing to ask."""
    before = stand_of(older)
    assert 'href="/sharing/end/">No, stop sharing</a>' in patient_client.get(WORDS).content.decode()
    assert patient_client.post(WORDS, {"answer": "no"}).status_code == 422
    assert "Stop sharing with Dr Finch now?" in words_of(patient_client.get("/sharing/end/"))
    assert stand_of(older) == before
    patient_client.post("/sharing/end/", {"link": older.pk})
    older.refresh_from_db()
    assert older.ended_by == Role.PATIENT
    assert ASKED_ANEW not in words_of(patient_client.get(TODAY))


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": "0"}, {"version": "x"}])
def test_a_yes_to_other_words_than_these_changes_nothing(
    patient_client: Client, older: CareLink, sent: dict[str, str]
) -> None:
    before = stand_of(older)
    response = patient_client.post(WORDS, sent)
    assert response.status_code == 422
    assert "Nothing has changed yet." in words_of(response)
    assert stand_of(older) == before


def test_an_answer_is_about_the_link_that_the_page_named(patient_client: Client, older: CareLink) -> None:
    """An open tab; meanwhile another prescriber was accepted."""
    before = stand_of(older)
    assert patient_client.post(WORDS, {"link": str(older.pk + 1), **READ}).headers["Location"] == "/sharing/"
    assert stand_of(older) == before


def test_with_nothing_to_ask_there_is_no_page_to_answer(patient_client: Client, patient: Patient) -> None:
    factories.ActiveLinkFactory(patient=patient)
    for answer in (patient_client.get(WORDS), patient_client.post(WORDS, READ)):
        assert answer.headers["Location"] == "/sharing/"
    assert CareLink.objects.active().exists()


def test_an_ended_link_is_not_agreed_to_anew(older: CareLink) -> None:
    end_link(older, by=older.clinician.user)
    assert not agree_anew(older, version=consent.VERSION)
    assert not Event.objects.filter(kind=EventKind.CONSENT_GIVEN).exists()


def test_only_the_page_of_today_asks_and_not_while_it_is_being_saved(patient_client: Client, older: CareLink) -> None:
    """One query, and none where nothing could be answered: another day, or a form with something wrong."""
    today = clock.today(older.patient)

    def looked_up(method: str, path: str, status: int, **fields: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            response = getattr(patient_client, method)(path, fields)
        assert response.status_code == status
        assert (ASKED_ANEW in words_of(response)) is (method == "get" and path == TODAY)
        return sum('FROM "access_carelink"' in query["sql"] for query in queries)

    assert looked_up("get", TODAY, 200) == 1
    assert looked_up("get", path_of_day(today - timedelta(days=1)), 200) == 0
    assert looked_up("post", path_of_day(today), 422, pain="11") == 0
    assert looked_up("post", path_of_day(today), 302, pain="3") == 0


def test_what_was_answered_elsewhere_is_asked_no_more(patient_client: Client, older: CareLink) -> None:
    patient_client.get(TODAY)
    agree_anew(older, version=consent.VERSION)
    assert patient_client.get(WORDS).headers["Location"] == "/sharing/"
    assert ASKED_ANEW not in words_of(patient_client.get(TODAY))


def test_newer_words_are_asked_about_anew(
    monkeypatch: pytest.MonkeyPatch, patient_client: Client, older: CareLink
) -> None:
    agree_anew(older, version=consent.VERSION)
    assert ASKED_ANEW not in words_of(patient_client.get(TODAY))
    monkeypatch.setattr(consent, "VERSION", consent.VERSION + 1)
    assert ASKED_ANEW in words_of(patient_client.get(TODAY))


def test_every_word_of_a_yes_is_among_those_that_the_digest_covers(
    monkeypatch: pytest.MonkeyPatch, patient_client: Client, older: CareLink, patient: Patient
) -> None:
    """Each of these, changed, is another digest; and both screens show them as they are there."""
    before = consent.digest()
    for name in ("ASKS", "THROUGH", "INSTEAD", "AGREE", "STAYS", "AGREE_ANEW"):
        with monkeypatch.context() as changed:
            changed.setattr(consent, name, f"{getattr(consent, name)} Changed.")
            assert consent.digest() != before, name
    for name in ("STAYS", "AGREE_ANEW"):
        monkeypatch.setattr(consent, name, f"Other words: {name}.")
        assert f"Other words: {name}." in words_of(patient_client.get(WORDS))


def test_what_they_see_is_the_first_part_of_the_words() -> None:
    assert consent.sections("Dr Finch")[0] == ("What they will see", consent.what_they_see("Dr Finch"))
