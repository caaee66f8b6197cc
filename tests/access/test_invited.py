"""Opening an invitation: what a link or a code shows, to whom, and where it leads."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from ldnapp.access import invitations
from ldnapp.access.models import CareLink, Invitation
from ldnapp.gunicorn_conf import masked
from ldnapp.people.models import Patient, Role, User
from tests import factories
from tests.pages import words_of
from tests.parallel import at_once

from .conftest import CODE, THEIRS, TOKEN

pytestmark = pytest.mark.django_db
LINK, CODE_PAGE, WELCOME, ANSWER = f"/invited/{TOKEN}/", "/invited/", "/invited/welcome/", "/sharing/invitation/"
TOKEN_FIELD = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(response: Any) -> tuple[int, str, bytes]:
    """Status, target and bytes, without what differs at every request."""
    return response.status_code, response.headers.get("Location", ""), TOKEN_FIELD.sub(b"", response.content)


def over() -> dict[str, Callable[[Invitation], object]]:
    """The ways in which an invitation stops leading anywhere."""

    def set_now(field: str) -> Callable[[Invitation], object]:
        return lambda made: Invitation.objects.filter(pk=made.pk).update(**{field: timezone.now()})

    def expire(made: Invitation) -> None:
        long_ago = timezone.now() - timedelta(days=20)
        Invitation.objects.filter(pk=made.pk).update(sent_at=long_ago, expires_at=long_ago + timedelta(days=14))

    return {
        "used": set_now("accepted_at"),
        "declined": set_now("declined_at"),
        "withdrawn": set_now("withdrawn_at"),
        "expired": expire,
        "of a locked clinician": lambda made: User.objects.filter(clinician=made.clinician).update(is_active=False),
        "replaced": lambda made: invitations.resend(made, by=made.clinician.user),
    }


def test_a_scanner_burns_nothing(invited: Invitation, ash: Patient) -> None:
    """P15, T8: HEAD and GET five times write nothing at all, and a person's POST still works."""
    scanner = Client()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            assert scanner.head(LINK).status_code == scanner.get(LINK).status_code == 200
    assert [query["sql"] for query in queries] == []
    assert not Session.objects.exists()
    assert Client().post(LINK).headers["Location"] == WELCOME


def test_a_scanner_that_submits_burns_nothing_either(invited: Invitation, ash: Patient) -> None:
    """T8: it lands in the scanner's own session; only the invited account can go on, and has to say yes."""
    assert Client().post(LINK).status_code == 302
    assert not CareLink.objects.exists()
    client = signed_in(ash.user)
    assert client.post(LINK).headers["Location"] == ANSWER
    client.get(ANSWER)
    assert CareLink.objects.get().accepted_at is None


@pytest.mark.parametrize("end", over())
def test_every_link_shows_the_same_page(invited: Invitation, end: str) -> None:
    """P17: before the button, a link that leads nowhere has the very bytes of one that leads somewhere."""
    shown = [seen(Client().get(LINK)), seen(Client().get("/invited/nobodys-token/"))]
    over()[end](invited)
    shown.append(seen(Client().get(LINK)))
    assert shown[0] == shown[1] == shown[2]
    assert TOKEN.encode() not in shown[0][2]


@pytest.mark.parametrize("end", over())
def test_every_link_that_leads_nowhere_leads_to_the_same_page(invited: Invitation, end: str) -> None:
    """P17: why, is told to nobody; what to do, to everybody."""
    wrong = Client().post("/invited/nobodys-token/")
    over()[end](invited)
    assert seen(Client().post(LINK)) == seen(wrong)
    assert wrong.status_code == 404
    assert "Ask whoever invited you to send it again" in words_of(wrong)


@pytest.mark.parametrize("end", over())
def test_every_code_that_leads_nowhere_gets_the_same_answer(invited: Invitation, end: str) -> None:
    """P17."""
    over()[end](invited)
    answers = [Client().post(CODE_PAGE, {"code": code}) for code in (CODE, "CDF-GHJ-KMP")]
    pages = [seen(answer)[2].replace(CODE.encode(), b"").replace(b"CDF-GHJ-KMP", b"") for answer in answers]
    assert pages[0] == pages[1]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "This code can’t be used." in words_of(answers[0])


@pytest.mark.parametrize("typed", [CODE, "cdfghjkmn", " cdf ghj kmn "])
def test_the_code_leads_where_the_link_leads(invited: Invitation, typed: str) -> None:
    assert Client().post(CODE_PAGE, {"code": typed}).headers["Location"] == WELCOME


@pytest.mark.parametrize(("typed", "why"), [("", "Type the code from the mail."), ("X" * 41, "can’t be used")])
def test_what_is_wrong_with_a_code_stands_beside_it(typed: str, why: str) -> None:
    response = Client().post(CODE_PAGE, {"code": typed})
    assert response.status_code == 422
    assert why in response.content.decode().replace("&#x27;", "'")
    assert f'value="{typed}"' in response.content.decode() or not typed


def test_before_signing_in_nothing_says_whose_it_is(invited: Invitation) -> None:
    """T7: neither the pages nor the session's row know the clinician or the address."""
    client = Client()
    pages = [client.get(LINK), client.post(LINK, follow=True), client.get(CODE_PAGE), client.get("/accounts/signup/")]
    for page in pages:
        assert invited.clinician.name not in page.content.decode()
        assert THEIRS not in page.content.decode()
    assert set(client.session["invited"]) == {"pk", "address"}
    assert THEIRS not in str(dict(client.session))


def test_opening_gives_the_session_a_new_key(invited: Invitation) -> None:
    """T16: a session that somebody else prepared stays without the invitation."""
    client = Client()
    session = client.session
    session["prepared"] = True
    session.save()
    prepared = str(session.session_key)
    client.cookies["session"] = prepared
    client.post(LINK)
    assert client.session.session_key != prepared
    assert not Session.objects.filter(session_key=prepared).exists()


def test_an_open_needs_a_token_of_this_site(invited: Invitation) -> None:
    """T16: another site can't put its invitation into somebody's session."""
    client = Client(enforce_csrf_checks=True)
    assert client.post(LINK).status_code == 403
    assert client.post(CODE_PAGE, {"code": CODE}).status_code == 403


def test_the_invited_patient_is_led_to_the_question(invited: Invitation, ash: Patient) -> None:
    client = signed_in(ash.user)
    assert client.post(LINK).headers["Location"] == ANSWER
    response = client.get(ANSWER)
    link = CareLink.objects.get()
    assert response.headers["Location"] == f"/sharing/{link.pk}/"
    assert client.get(ANSWER).headers["Location"] == f"/sharing/{link.pk}/"
    assert CareLink.objects.count() == 1


@pytest.mark.parametrize("end", [*over(), "of another address", "of an address that is not confirmed", "none"])
def test_everyone_else_sees_one_page(invited: Invitation, end: str) -> None:
    """T7, P17: same bytes for the wrong account, the unconfirmed one, and each way of being too late."""
    ash = factories.PatientFactory(user__email="other@example.org" if end == "of another address" else THEIRS)
    client = signed_in(ash.user)
    if end != "none":
        client.post(LINK)
    if end == "of an address that is not confirmed":
        ash.user.emailaddress_set.update(verified=False)
    if end in over() and end != "replaced":
        over()[end](invited)
    response = client.get(ANSWER)
    if end == "replaced":  # it had been opened before: what counts is the invitation, not its first mail
        assert response.status_code == 302
        return
    assert seen(response) == seen(signed_in(factories.PatientFactory().user).get(ANSWER))
    assert response.status_code == 404
    assert not CareLink.objects.exists()
    assert "invited" not in client.session


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.ADMIN])
def test_staff_are_invited_to_nothing(invited: Invitation, role: Role) -> None:
    """Their right link, wrong link, right code and wrong code have the same bytes."""
    user = factories.ClinicianFactory().user if role == Role.CLINICIAN else factories.UserFactory(role=role)
    factories.give_second_factor(user)
    client = signed_in(user)
    answers = [
        client.post(LINK),
        client.post("/invited/nobodys-token/"),
        client.post(CODE_PAGE, {"code": CODE}),
        client.post(CODE_PAGE, {"code": "wrong"}),
    ]
    assert {seen(answer) for answer in answers} == {seen(answers[0])}
    assert answers[0].status_code == 404
    assert "invited" not in client.session


def test_a_head_of_the_answer_asks_nobody_anything(invited: Invitation, ash: Patient) -> None:
    client = signed_in(ash.user)
    client.post(LINK)
    client.head(ANSWER)
    assert not CareLink.objects.exists()
    assert client.get(ANSWER).status_code == 302


def test_a_prescriber_who_can_look_already_is_not_asked_for_again(invited: Invitation, ash: Patient) -> None:
    factories.ActiveLinkFactory(patient=ash, clinician=invited.clinician)
    client = signed_in(ash.user)
    client.post(LINK)
    response = client.get(ANSWER, follow=True)
    assert response.redirect_chain == [("/sharing/", 302)]
    assert "can see your diary already" in words_of(response)


def test_the_welcome_is_for_whoever_opened_one(invited: Invitation, ash: Patient) -> None:
    assert Client().get(WELCOME).headers["Location"] == CODE_PAGE
    client = Client()
    client.post(LINK)
    assert client.get(WELCOME).status_code == 200
    invitations.withdraw(invited, by=invited.clinician.user)
    assert client.get(WELCOME).headers["Location"] == CODE_PAGE


def test_without_invitations_nobody_makes_an_account(settings: Settings, invited: Invitation) -> None:
    """The accounts alone know no invitation: closed, unless the site is open to all."""
    client = Client()
    client.post(LINK)
    closed = "How to get an account"
    assert closed not in words_of(client.get("/accounts/signup/"))
    settings.ACCOUNT_ADAPTER = "ldnapp.people.adapter.AccountAdapter"
    assert closed in words_of(client.get("/accounts/signup/"))
    settings.OPEN_SIGNUP = True
    assert closed not in words_of(client.get("/accounts/signup/"))


def test_one_session_tries_ten_codes_an_hour(invited: Invitation) -> None:
    """P84: then even the right one is not looked at; a stranger without a session counts by address alone (P47)."""
    client = Client()
    client.force_login(factories.PatientFactory().user)
    tries = [client.post(CODE_PAGE, {"code": "wrong"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert client.post(CODE_PAGE, {"code": CODE}).status_code == 429
    assert Client().post(CODE_PAGE, {"code": CODE}).status_code == 302


def test_one_address_tries_thirty_codes_an_hour_whatever_its_sessions(invited: Invitation) -> None:
    """P84, P47: new sessions buy no more tries, and neither does a forwarding header."""
    looked_at = 0
    for n in range(40):
        client = Client(headers={"x-forwarded-for": f"192.0.2.{n}"})
        client.force_login(factories.PatientFactory().user)
        looked_at += client.post(CODE_PAGE, {"code": "wrong"}).status_code == 422
    assert looked_at == 30


def test_one_address_opens_sixty_links_an_hour(invited: Invitation) -> None:
    tries = {Client().post("/invited/nobodys-token/").status_code for _ in range(60)}
    assert tries == {404}
    assert Client().post(LINK).status_code == 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_counters")
def test_codes_tried_at_once_are_counted() -> None:
    """P84: twenty at the same moment count as twenty."""
    at_once([lambda: Client().post(CODE_PAGE, {"code": "wrong"}).status_code for _ in range(20)])
    after = [Client().post(CODE_PAGE, {"code": "wrong"}).status_code for _ in range(11)]
    assert 429 in after, "thirty an hour, some of them refused for want of the lock"
    assert after[-1] == 429


def test_the_pages_are_kept_by_no_cache_and_sent_to_no_other_site(invited: Invitation) -> None:
    response = Client().get(LINK)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/invited/A-Token_9/", "/invited/A-Token_9", "//invited//A-Token_9/more"])
def test_no_access_log_holds_a_link(path: str) -> None:
    """T32."""
    assert "A-Token_9" not in masked(path)
    assert "invited/" in masked(path)
