"""Signing up: a patient makes their own account; a stranger learns and gains nothing."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from allauth.account import app_settings as account_settings
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.access import invitations
from ldnapp.access.models import CareLink, Invitation
from ldnapp.people.models import Event, EventKind, Patient, Role, User
from tests import factories
from tests.pages import form_of, words_of

from .signing import LOGIN, is_signed_in, mailed_code, sign_in_with_mailed_code

pytestmark = pytest.mark.django_db
SIGNUP, CONFIRM, ANSWER = "/accounts/signup/", "/accounts/confirm-email/", "/sharing/invitation/"
THEIRS, PASSWORD = "ash@example.org", "a long walk by the sea"
FORM = {"email": THEIRS, "password1": PASSWORD, "name": "Ash Person", "date_of_birth": "1979-03-14"}


@pytest.fixture
def invited() -> Invitation:
    made: Invitation = factories.InvitationFactory(email=THEIRS, token="a-token")
    return made


@pytest.fixture
def client(invited: Invitation) -> Client:
    """A browser in which the invitation was opened."""
    client = Client()
    client.post("/invited/a-token/")
    return client


def sign_up(client: Client, **said: str) -> Any:
    """Send the form, and follow to the page that asks for the mailed code."""
    return client.post(SIGNUP, {**FORM, **said}, follow=True)


def seen(response: Any, email: str) -> tuple[int, Any, str]:
    """Status, way and page, without what was typed and what differs at every request."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    return response.status_code, response.redirect_chain, body.replace(email, "typed")


def test_without_an_invitation_there_is_no_account(invited: Invitation) -> None:
    stranger = Client()
    for response in (stranger.get(SIGNUP), sign_up(stranger)):
        assert response.templates[0].name == "account/signup_closed.html"
    assert not User.objects.filter(email=THEIRS).exists()


def test_with_an_invitation_a_code_leads_to_the_question(client: Client, invited: Invitation) -> None:
    """P66: the account is a patient's, confirmed, and its first page is neither a 403 nor a 404."""
    assert sign_up(client).redirect_chain == [(CONFIRM, 302)]
    assert not is_signed_in(client)
    assert [message.to for message in mail.outbox] == [[THEIRS]]
    response = client.post(CONFIRM, {"code": mailed_code()})
    assert response.headers["Location"] == ANSWER
    patient = Patient.objects.get(user__email=THEIRS)
    assert (patient.name, patient.date_of_birth, patient.user.role) == ("Ash Person", date(1979, 3, 14), Role.PATIENT)
    assert patient.time_zone == "Europe/London"
    assert EmailAddress.objects.get(user=patient.user).verified
    assert is_signed_in(client)
    answer = client.get(ANSWER)
    assert answer.headers["Location"] == f"/sharing/{CareLink.objects.get(patient=patient).pk}/"
    for page in ("/diary/", "/sharing/", "/settings/", "/progress/"):
        assert client.get(page).status_code == 200
    made = Event.objects.get(kind=EventKind.ACCOUNT_MADE)
    assert made.actor == made.subject == patient.user.event_id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("America/New_York", "America/New_York"), ("Etc/GMT-4", "Europe/London")],
)
def test_the_zone_of_the_device_is_taken_where_it_has_a_name(client: Client, typed: str, kept: str) -> None:
    assert form_of(client.get(SIGNUP), "card-x")["time_zone"] == ""
    sign_up(client, time_zone=typed)
    assert Patient.objects.get(user__email=THEIRS).time_zone == kept


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"date_of_birth": "2008-11-25"}, "You need to be 18 or over"),
        ({"date_of_birth": "2027-01-01"}, "Please check the year."),
        ({"date_of_birth": "1879-03-14"}, "Please check the year."),
        ({"date_of_birth": "soon"}, "Please check this date."),
        ({"date_of_birth": ""}, "Give your date of birth."),
        ({"password1": "short"}, "too short"),
        ({"password1": "ash@example.org"}, "too similar"),
        ({"email": "ash@"}, "does not look like an e-mail address"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client: Client, said: dict[str, str], why: str) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        response = sign_up(client, **said)
    assert why in words_of(response)
    assert 'aria-invalid="true"' in response.content.decode()
    assert form_of(response, "card-x")["name"] == "Ash Person"
    assert not User.objects.filter(email=THEIRS).exists()
    assert mail.outbox == []


def test_the_summary_names_the_fields_in_a_sentence(client: Client) -> None:
    response = sign_up(client, email="", password1="", date_of_birth="")
    assert "Please look at: e-mail address, password and date of birth." in words_of(response)
    assert words_of(response).count("Please fill this in.") == 2


def test_a_wrong_address_can_be_given_anew(client: Client) -> None:
    """The invitation is still open then; the page is the same for an address that gets no account."""
    for typed in (THEIRS, "somebody.else@example.org"):
        page = sign_up(client, email=typed)
        assert "It works for 15 minutes." in words_of(page)
        assert account_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT == 15 * 60
        assert "Wrong address? Cancel and start again" in words_of(page)
        assert f'name="next" value="{SIGNUP}"' in page.content.decode()
        back = client.post("/accounts/logout/", {"next": SIGNUP}, follow=True)
        assert back.redirect_chain == [(SIGNUP, 302)]
        assert "Make an account" in words_of(back)


def test_the_name_may_stay_away(client: Client) -> None:
    sign_up(client, name="")
    assert Patient.objects.get(user__email=THEIRS).name == ""


def test_the_eighteenth_birthday_is_enough(client: Client) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        sign_up(client, date_of_birth="2008-11-24")
    assert Patient.objects.filter(user__email=THEIRS).exists()


def test_new_taken_and_not_invited_look_the_same(hashes: list[str]) -> None:
    """T10: same bytes, same way, one mail and one hash, whatever becomes of it."""
    cases = {"new@example.org": "new@example.org", "taken@example.org": "taken@example.org", "o@example.org": THEIRS}
    factories.PatientFactory(user__email="taken@example.org")
    answers, mails = [], []
    for n, (typed, invited) in enumerate(cases.items()):
        factories.InvitationFactory(email=invited, token=f"t{n}")
        client = Client()
        client.post(f"/invited/t{n}/")
        hashes.clear()
        mail.outbox.clear()
        answers.append(seen(sign_up(client, email=typed), typed))
        mails.append([message.to for message in mail.outbox])
        assert len(hashes) == 1
        wrong = client.post(CONFIRM, {"code": "WRO-NGG"}, follow=True)
        answers[-1] = (*answers[-1], *seen(wrong, typed))  # type: ignore[assignment]
    assert answers[0] == answers[1] == answers[2]
    assert mails == [[[typed]] for typed in cases]
    assert User.objects.filter(email__in=cases).count() == 2
    assert not User.objects.filter(email="o@example.org").exists()


@pytest.mark.parametrize(
    ("typed", "said"), [("taken@example.org", "It has one already"), ("other@example.org", "sent to another address")]
)
def test_the_mail_says_what_the_page_can_not(client: Client, typed: str, said: str) -> None:
    factories.PatientFactory(user__email="taken@example.org")
    sign_up(client, email=typed)
    assert said in str(mail.outbox[-1].body)
    assert "http" not in str(mail.outbox[-1].body)


def test_two_sign_ups_at_once_make_one_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds the address taken after it has looked: it is told what a taken one is told."""
    factories.PatientFactory(user__email=THEIRS)
    monkeypatch.setattr("allauth.account.forms.flows.manage_email.email_already_exists", lambda email: (email, False))
    assert sign_up(client).redirect_chain == [(CONFIRM, 302)]
    assert User.objects.filter(email=THEIRS).count() == 1
    assert "It has one already" in str(mail.outbox[-1].body)


def test_an_invitation_that_was_withdrawn_opens_no_account(client: Client, invited: Invitation) -> None:
    assert client.get(SIGNUP).status_code == 200
    invitations.withdraw(invited, by=invited.clinician.user)
    assert sign_up(client).templates[0].name == "account/signup_closed.html"
    assert not User.objects.filter(email=THEIRS).exists()


def test_withdrawn_after_the_account_was_made_it_leads_to_the_neutral_page(client: Client, invited: Invitation) -> None:
    sign_up(client)
    invitations.withdraw(invited, by=invited.clinician.user)
    client.post(CONFIRM, {"code": mailed_code()})
    assert client.get(ANSWER).status_code == 404
    assert client.get("/diary/").status_code == 200


def test_who_has_an_account_signs_in_and_comes_to_the_question(client: Client) -> None:
    factories.PatientFactory(user__email=THEIRS)
    welcome = client.get("/invited/welcome/").content.decode()
    assert f'href="{LOGIN}?next={ANSWER}"' in welcome
    assert f'href="{SIGNUP}?next={ANSWER}"' in welcome
    response = sign_in_with_mailed_code(client, THEIRS)
    assert response.headers["Location"] == ANSWER
    assert "/sharing/" in client.get(ANSWER).headers["Location"]


def test_another_account_that_signs_in_is_led_home_the_next_time(client: Client) -> None:
    """T7: it gets the neutral page once, and nothing is kept."""
    other = factories.PatientFactory()
    assert sign_in_with_mailed_code(client, other.user.email).headers["Location"] == ANSWER
    assert client.get(ANSWER).status_code == 404
    assert "invited" not in client.session


# The site that is open to all


def test_where_the_site_is_open_anybody_starts_alone(settings: Settings) -> None:
    settings.OPEN_SIGNUP = True
    client = Client()
    assert f'href="{SIGNUP}">Start a diary' in client.get("/").content.decode()
    sign_up(client, email="anybody@example.org")
    response = client.post(CONFIRM, {"code": mailed_code()}, follow=True)
    assert response.redirect_chain[-1] == ("/diary/", 302)
    assert response.status_code == 200
    assert 'href="/invited/"' in Client().get("/").content.decode()


def test_where_it_is_not_home_offers_no_start() -> None:
    page = Client().get("/").content.decode()
    assert "Start a diary" not in page
    assert 'href="/invited/"' in page
