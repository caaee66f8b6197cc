"""Where I am signed in: every session of mine in words, and an end to each."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from ldnapp.people.devices import SHOWN, device_words, drop_ended, end_all_sessions
from ldnapp.people.models import Event, EventKind, Patient, Role, User
from tests import factories
from tests.pages import words_of

from .signing import give_app, is_signed_in, sign_in_with_app, sign_in_with_mailed_code

PAGE = "/accounts/sessions/"
END_OTHERS = f"{PAGE}end-others/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"
MADE_UP = (
    (WINDOWS, "Firefox on Windows"),
    (IPHONE, "Safari on an iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0 Safari/537.36", "Chrome on Linux"),
    ("Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
    ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130 Safari/537.36", "Samsung Internet on Android"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on a Mac"),
    ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) CriOS/142.0 Safari/604.1", "Chrome on an iPad"),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/142.0 Safari/537.36 OPR/120.0", "Opera on a Chromebook"),
    ("Something on Windows", "a browser on Windows"),
    ("Firefox", "Firefox"),
    ("curl/8.14", "a browser"),
    ("", "a browser"),
)  # fmt: skip


@pytest.mark.parametrize(("says", "words"), MADE_UP)
def test_a_browser_is_told_in_words(says: str, words: str) -> None:
    assert device_words(says) == words


@given(st.text(max_size=100))
def test_nothing_that_a_browser_says_of_itself_gets_onto_the_page(says: str) -> None:
    assert re.fullmatch(
        r"(a browser|Edge|Opera|Samsung Internet|Firefox|Chrome|Safari)( on [A-Za-z ]+)?", device_words(says)
    )


@pytest.fixture
def user(db: None) -> User:
    made: User = factories.PatientFactory().user
    return made


def browser(user: User, says: str = WINDOWS) -> Client:
    """A browser of this kind, in which this user has signed in through the pages."""
    client = Client(headers={"user-agent": says})
    sign_in_with_mailed_code(client, user.email)
    return client


def pk_of(client: Client) -> int:
    """The number of this browser's session on its owner's list."""
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return int(UserSession.objects.get(session_key=key).pk)


def listed(client: Client) -> list[str]:
    """The devices on the page, in its order."""
    return re.findall(r"<strong>(.*?)</strong>", client.get(PAGE).content.decode())


def test_each_browser_is_on_the_list_and_this_one_is_marked(user: User) -> None:
    phone, desk = browser(user, IPHONE), browser(user)
    assert listed(phone) == ["Safari on an iPhone", "Firefox on Windows"]
    assert listed(desk) == ["Firefox on Windows", "Safari on an iPhone"]
    assert words_of(desk.get(PAGE)).count("This one") == 1


def test_ending_another_session_signs_it_out_at_its_next_request(user: User) -> None:
    phone, desk = browser(user, IPHONE), browser(user)
    assert phone.post(f"{PAGE}{pk_of(desk)}/end/").headers["Location"] == PAGE
    assert not is_signed_in(desk)
    assert is_signed_in(phone)
    assert listed(phone) == ["Safari on an iPhone"]
    event = Event.objects.get(kind=EventKind.SESSION_ENDED)
    assert (event.actor, event.subject, event.detail) == (user.event_id, user.event_id, "one session")


def test_ending_all_others_leaves_this_one(user: User) -> None:
    phone, desk, tablet = browser(user, IPHONE), browser(user), browser(user, "")
    assert phone.post(END_OTHERS, follow=True).redirect_chain[-1][0] == PAGE
    assert [is_signed_in(client) for client in (phone, desk, tablet)] == [True, False, False]
    assert Event.objects.get(kind=EventKind.SESSION_ENDED).detail == "all other sessions"
    phone.post(END_OTHERS)
    assert Event.objects.filter(kind=EventKind.SESSION_ENDED).count() == 1, "there was nothing left to end"


def test_all_of_ones_sessions_end_and_no_others(user: User) -> None:
    """One that is not on the list too: begun before there was a list, or past the sign-in page."""
    listed, unlisted, theirs = browser(user), Client(), browser(factories.PatientFactory().user)
    unlisted.force_login(user)
    ended = listed.cookies[settings.SESSION_COOKIE_NAME].value
    end_all_sessions(user)
    assert not Session.objects.filter(session_key=ended).exists()
    assert not UserSession.objects.filter(user=user).exists()
    assert [is_signed_in(client) for client in (listed, unlisted, theirs)] == [False, False, True]
    assert is_signed_in(browser(User.objects.get(pk=user.pk)))


def test_a_new_secret_key_keeps_sessions_and_brings_none_back(user: User, settings: Settings) -> None:
    kept, ended = browser(user), browser(factories.PatientFactory().user)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 50
    User.objects.exclude(pk=user.pk).update(session_round=1)
    assert (is_signed_in(kept), is_signed_in(ended)) == (True, False)


def test_ending_this_one_is_signing_out(user: User) -> None:
    phone = browser(user)
    assert phone.post(f"{PAGE}{pk_of(phone)}/end/").headers["Location"] == "/accounts/login/"
    assert not is_signed_in(phone)


def test_another_persons_session_is_not_there(user: User) -> None:
    """P6, P7: neither on the list nor to be ended; the same answer as for a number that is nobody's."""
    mine, theirs = browser(user), browser(factories.PatientFactory().user, IPHONE)
    mine.get(PAGE)
    answers = [mine.post(f"{PAGE}{pk}/end/") for pk in (pk_of(theirs), 987_654)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    mine.post(END_OTHERS)
    assert is_signed_in(theirs)
    assert listed(mine) == ["Firefox on Windows"]
    assert not Event.objects.filter(kind=EventKind.SESSION_ENDED).exists()


@pytest.mark.parametrize("path", [f"{PAGE}1/end/", END_OTHERS])
def test_only_a_form_of_ours_ends_anything(user: User, path: str) -> None:
    """T16."""
    other, strict = browser(user), Client(enforce_csrf_checks=True)
    strict.force_login(user)
    path = path.replace("1", str(pk_of(other)))
    assert (strict.get(path).status_code, strict.post(path).status_code) == (405, 403)
    assert is_signed_in(other)


def test_a_session_that_is_over_is_not_listed(user: User) -> None:
    """Signed out, too long unused, too old, or of an old password."""
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as clock:
        old, lost = browser(user), browser(user, IPHONE)
        assert is_signed_in(old)
        assert is_signed_in(lost)
        browser(user, "Edg").post("/accounts/logout/")
        session = old.session
        session["began_at"] -= timedelta(days=91).total_seconds()
        session.save()
        clock.shift(timedelta(days=29))
        new = browser(user, "Chrome")
        assert is_signed_in(lost)
        assert listed(new) == ["Chrome", "Safari on an iPhone"]
        clock.shift(timedelta(days=31))
        assert listed(browser(user, "Opera OPR/")) == ["Opera"]
        user.set_password("another long one")
        user.save()
        newest = Client(headers={"user-agent": WINDOWS})
        sign_in_with_mailed_code(newest, user.email, "another long one")
        assert listed(newest) == ["Firefox on Windows"]


def test_last_use_is_written_at_most_every_five_minutes(user: User) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = browser(user)
        client.get(PAGE)
        for minutes, noted in ((4, 0), (2, 6), (3, 6), (2, 11)):
            clock.shift(timedelta(minutes=minutes))
            client.get(PAGE)
            assert UserSession.objects.get().last_seen_at == start + timedelta(minutes=noted)


def test_a_session_from_before_there_was_a_list_gets_onto_it(user: User) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as clock:
        client = Client(headers={"user-agent": WINDOWS})
        client.force_login(user)
        assert listed(client) == []
        clock.shift(timedelta(minutes=6))
        assert listed(client) == ["Firefox on Windows"]


def test_moments_are_told_by_the_patients_own_clock(db: None) -> None:
    patient: Patient = factories.PatientFactory(time_zone="Asia/Tokyo")
    with time_machine.travel(datetime(2026, 3, 2, 20, 5, tzinfo=UTC), tick=False):
        client = browser(patient.user)
        browser(patient.user)
        words = words_of(client.get(PAGE))
    assert "Signed in since 3 March 2026, 05:05." in words
    assert "Last used 3 March 2026, 05:05." in words
    assert "UTC" not in words


def test_staff_are_told_utc(db: None) -> None:
    clinician = factories.ClinicianFactory()
    with time_machine.travel(datetime(2026, 7, 2, 20, 5, tzinfo=UTC), tick=False):
        client = Client()
        sign_in_with_app(client, clinician.user.email, give_app(clinician.user))
        assert "Signed in since 2 July 2026, 20:05 UTC." in words_of(client.get(PAGE))


def crowd_of_sessions(user: User, like: Client, count: int) -> None:
    """That many more sessions of this user, as alive as this browser's."""
    key = like.cookies[settings.SESSION_COOKIE_NAME].value
    session = Session.objects.get(session_key=key)
    made = [f"{number:032}" for number in range(1, count + 1)]
    Session.objects.bulk_create(
        Session(session_key=each, session_data=session.session_data, expire_date=session.expire_date) for each in made
    )
    for each in made:
        factories.make_device(user, key=each)


def cost(act: Any) -> int:
    """How many queries this takes."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_neither_the_page_nor_a_sign_in_costs_more_with_sixty_sessions(user: User) -> None:
    """allauth's own receiver asks about each session: a hundred and fifty queries a sign-in with fifty."""
    client = browser(user)
    client.get(PAGE)
    before = (cost(lambda: client.get(PAGE)), cost(lambda: browser(user)))
    crowd_of_sessions(user, client, 60)
    page = words_of(client.get(PAGE))
    assert f"The newest {SHOWN} of 62." in page
    assert (cost(lambda: client.get(PAGE)), cost(lambda: browser(user))) == before
    assert len(listed(client)) == SHOWN
    assert cost(lambda: client.post(END_OTHERS)) <= before[0] + 12
    assert UserSession.objects.count() == 1


def test_what_is_known_of_a_device_goes_with_its_session(user: User) -> None:
    """At the next sign-in, and for those who never come back when the site is tidied."""
    client = browser(user)
    factories.make_device(user)
    factories.make_device(factories.UserFactory(), key="1" * 32)
    browser(user)
    assert UserSession.objects.filter(user=user).count() == 2
    assert drop_ended() == 1
    client.post("/accounts/logout/")
    assert UserSession.objects.count() == 1


def test_a_new_password_leaves_this_session_alone_on_the_list(user: User) -> None:
    here, there = browser(user), browser(user, IPHONE)
    new = "a long walk by the sea"
    here.post("/accounts/password/change/", {"oldpassword": factories.PASSWORD, "password1": new, "password2": new})
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert listed(here) == ["Firefox on Windows"]
    assert Session.objects.count() <= 2, "the other's is gone; what it made of its cookie is nobody's"


@pytest.mark.parametrize("role", Role.values)
def test_everyone_finds_the_page(db: None, role: str) -> None:
    client = Client()
    person = factories.PatientFactory().user if role == Role.PATIENT else factories.UserFactory(role=role)
    client.force_login(person)
    where = "/sharing/" if role == Role.PATIENT else "/accounts/2fa/"
    assert f'href="{PAGE}"' in client.get(where).content.decode()
    assert client.get(PAGE).status_code == 200
