"""The prescriber's page of invitations."""

from datetime import UTC, datetime, timedelta
from functools import partial
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ldnapp.access.invitations import open_invitation
from ldnapp.access.links import end_link
from ldnapp.access.models import CareLink, Invitation
from ldnapp.access.views.invitations import PER_PAGE
from ldnapp.people.models import Clinician, Role
from tests import factories
from tests.pages import words_of
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
PAGE = "/clinic/invitations/"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
OnCommit = Any


@pytest.fixture
def client(clinician: Clinician) -> Client:
    """A browser in which the one who invites is signed in."""
    factories.give_second_factor(clinician.user)
    client = Client()
    client.force_login(clinician.user)
    return client


def test_an_address_is_all_it_takes(
    client: Client, clinician: Clinician, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(PAGE, {"email": "ash@example.org"}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "Sent. Link and code in the mail work for 14 days." in words_of(response)
    assert [message.to for message in mail.outbox] == [["ash@example.org"]]
    assert Invitation.objects.get().clinician == clinician


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type an e-mail address."),
        ("ash@", "This does not look like an e-mail address."),
        ("a" * 250 + "@example.org", "has at most 254 characters"),
        ("known@example.org", "You have invited this address already."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client: Client, clinician: Clinician, typed: str, why: str) -> None:
    factories.InvitationFactory(clinician=clinician, email="known@example.org")
    response = client.post(PAGE, {"email": typed})
    assert response.status_code == 422
    assert why in words_of(response)
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert 'aria-invalid="true"' in response.content.decode()
    assert mail.outbox == []


def test_known_and_unknown_addresses_get_the_same_page(client: Client) -> None:
    """T10: nobody learns here who has an account."""
    factories.PatientFactory(user__email="has.one@example.org")
    pages = []
    for address in ("has.one@example.org", "has.not@example.org"):
        response = client.post(PAGE, {"email": address}, follow=True)
        pages.append(words_of(response).replace(address, "typed"))
        Invitation.objects.all().delete()
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({}, "Pending", "Sent 10 March 2026. Works until 24 March 2026."),
        (
            {"times_sent": 2, "invited_at": NOW - timedelta(days=12)},
            "Sent again",
            "Sent 8 March 2026, last sent 10 March 2026 (2 times in all). Works until 24 March 2026.",
        ),
        ({"expires_at": NOW - timedelta(days=1)}, "Expired", "Sent 10 March 2026. Expired 19 March 2026."),
        ({"withdrawn_at": NOW}, "Withdrawn", "Sent 10 March 2026. Withdrawn 20 March 2026."),
        ({"declined_at": NOW}, "Declined", "Sent 10 March 2026. Declined 20 March 2026."),
        ({"accepted_at": NOW}, "Accepted", "Sent 10 March 2026. Accepted 20 March 2026."),
    ],
)
def test_each_says_where_it_stands_since_when(
    client: Client, clinician: Clinician, fields: dict[str, Any], state: str, words: str
) -> None:
    sent = NOW - timedelta(days=10)
    made = {"invited_at": sent, "sent_at": sent, **fields}
    factories.InvitationFactory(clinician=clinician, email="ash@example.org", **made)
    with time_machine.travel(NOW, tick=False):
        page = client.get(PAGE)
    assert f"ash@example.org {state} {words}" in words_of(page)
    is_open = state in {"Pending", "Sent again", "Expired"}
    assert ("Send again to" in words_of(page)) is is_open
    assert ("Withdraw the invitation to" in words_of(page)) is is_open


def test_an_address_that_was_forgotten_is_not_shown_and_not_offered(client: Client, clinician: Clinician) -> None:
    factories.InvitationFactory(clinician=clinician, email="")
    assert "Address deleted" in words_of(client.get(PAGE))
    assert "Send again" not in words_of(client.get(PAGE))


def test_sent_again_and_withdrawn_by_a_tap(client: Client, clinician: Clinician) -> None:
    invitation = factories.InvitationFactory(clinician=clinician)
    again = client.post(f"{PAGE}{invitation.pk}/resend/", follow=True)
    assert "Sent again. Only the newest mail works" in words_of(again)
    gone = client.post(f"{PAGE}{invitation.pk}/withdraw/", follow=True)
    assert "Withdrawn. Its link and its code no longer work." in words_of(gone)
    for act in ("resend", "withdraw"):
        assert "Nothing was" in words_of(client.post(f"{PAGE}{invitation.pk}/{act}/", follow=True))


@pytest.mark.parametrize("act", ["resend", "withdraw"])
def test_anothers_invitation_looks_like_a_missing_one(client: Client, act: str) -> None:
    """T1, T11: same status, same bytes, and nothing done."""
    foreign = factories.InvitationFactory()
    answers = [client.post(f"{PAGE}{pk}/{act}/") for pk in (foreign.pk, 987_654)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    foreign.refresh_from_db()
    assert (foreign.times_sent, foreign.withdrawn_at) == (1, None)
    assert foreign.email not in client.get(PAGE).content.decode()


def test_with_none_it_says_what_will_be_there(client: Client) -> None:
    assert "None sent yet" in words_of(client.get(PAGE))


def test_the_list_is_paged_newest_first_and_says_how_many(client: Client, clinician: Clinician) -> None:
    start = timezone.now() - timedelta(days=3)
    for n in range(PER_PAGE + 2):
        at = start + timedelta(minutes=n)
        factories.InvitationFactory(clinician=clinician, email=f"no{n:03}@example.org", invited_at=at, sent_at=at)
    first, second = words_of(client.get(PAGE)), words_of(client.get(PAGE, {"page": 2}))
    assert f"{PER_PAGE + 2} sent" in first
    assert f"1 to {PER_PAGE} of {PER_PAGE + 2}" in first
    assert first.index("no026@") < first.index("no025@")
    assert "no001@" in second
    assert "no026@" not in second


def test_the_page_costs_the_same_however_many_there_are(client: Client, clinician: Clinician) -> None:
    """P51."""
    client.get(PAGE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
        factories.InvitationFactory.create_batch(PER_PAGE, clinician=clinician)
    assert counts[0] + 1 >= counts[1]  # an empty list asks for no page
    assert counts[1] <= 7


def test_a_clinician_sends_twenty_mails_an_hour(client: Client, clinician: Clinician) -> None:
    """Sending again counts too; another clinician has their own twenty."""
    for n in range(19):
        client.post(PAGE, {"email": f"no{n}@example.org"})
    client.post(f"{PAGE}{Invitation.objects.latest('pk').pk}/resend/")
    refused = client.post(PAGE, {"email": "one.more@example.org"})
    assert refused.status_code == 429
    assert "Too many tries" in words_of(refused)
    assert client.post(f"{PAGE}{Invitation.objects.latest('pk').pk}/resend/").status_code == 429
    assert Invitation.objects.count() == 19
    other = factories.ClinicianFactory()
    factories.give_second_factor(other.user)
    client.force_login(other.user)
    assert client.post(PAGE, {"email": "one.more@example.org"}).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_counters")
def test_at_once_they_are_counted_too(clinician: Clinician) -> None:
    """P84: tries at the same moment are not one."""
    factories.give_second_factor(clinician.user)
    browsers = [Client() for _ in range(6)]
    for browser in browsers:
        browser.force_login(clinician.user)
    for n in range(18):
        browsers[0].post(PAGE, {"email": f"no{n}@example.org"})
    at_once([partial(b.post, PAGE, {"email": f"at.once{n}@example.org"}) for n, b in enumerate(browsers)])
    assert Invitation.objects.count() <= 20
    assert Invitation.objects.filter(email__startswith="at.once").exists()


def test_the_navigation_leads_there(client: Client) -> None:
    assert f'<a href="{PAGE}" aria-current="page">Invitations</a>' in client.get(PAGE).content.decode()


@pytest.mark.parametrize("path", ["/clinic/invitations/", "/clinic/invitations/{pk}/resend/"])
def test_a_mail_that_cannot_be_sent_is_said_and_can_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, clinician_client: Client, path: str
) -> None:
    """Nobody is told "Sent" of what was not."""
    clinician = CareLink.objects.active().get().clinician
    there = factories.InvitationFactory(clinician=clinician)

    def down(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected("made up")

    monkeypatch.setattr("ldnapp.access.invitations.mail_now", down)
    answer = clinician_client.post(path.format(pk=there.pk), {"email": "new@example.org"}, follow=True)
    assert "The mail could not be sent just now." in words_of(answer)
    assert "Sent." not in words_of(answer)
    monkeypatch.undo()
    newest = Invitation.objects.order_by("-pk")[0]
    assert clinician_client.post(f"/clinic/invitations/{newest.pk}/resend/").status_code == 302
    assert mail.outbox[-1].to == [newest.email]


def test_sending_again_asks_anew_where_the_question_was_taken_away(clinician_client: Client) -> None:
    """An admin ended the proposal that the invitation had led to: the new mail leads to a new one."""
    clinician = CareLink.objects.active().get().clinician
    taken = factories.CareLinkFactory(clinician=clinician)
    invitation = factories.InvitationFactory(clinician=clinician, email=taken.patient.user.email, link=taken)
    end_link(taken, by=factories.UserFactory(role=Role.ADMIN))
    clinician_client.post(f"/clinic/invitations/{invitation.pk}/resend/")
    asked = open_invitation(invitation.pk, taken.patient)
    assert asked is not None
    assert asked.is_proposed
