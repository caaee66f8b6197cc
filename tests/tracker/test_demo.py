"""Demo data: refused outside a demo, made once, and true-looking."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from ldnapp.access.models import CareLink
from ldnapp.people.models import Patient, User
from tests.record import stored_rows
from tracker import clock
from tracker.demo import COURSES, MadeCourse, diary, score
from tracker.management.commands.demo import PASSWORD, SIGN_INS
from tracker.models import DiaryEntry, Episode, Flag, Plan

LAST = date(2026, 3, 3)
EMAILS = [email for email, _ in SIGN_INS]


@pytest.fixture
def _demo(settings: Any) -> None:
    """The settings that DEMO sets (ldnapp/settings.py)."""
    settings.DEMO = True
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED = set()


@pytest.fixture
def made(_demo: None, db: None) -> str:
    """A site on which the command has run; what it said."""
    words = StringIO()
    call_command("demo", stdout=words)
    return words.getvalue()


@pytest.mark.django_db
def test_demo_data_are_refused_outside_a_demo() -> None:
    """P61: nobody is made."""
    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_second_run_keeps_everything_as_it_is(made: str) -> None:
    """Down to the last row; what a visitor changed stays changed."""
    User.objects.filter(email=EMAILS[0]).update(theme="dark")
    before = stored_rows(*stored_rows(), "people_user", "people_patient", "access_carelink")
    call_command("demo", stdout=StringIO())
    assert stored_rows(*before) == before


def test_every_sign_in_that_the_command_prints_opens_its_home(made: str) -> None:
    """P66: with the one password, and without a mailed code."""
    assert PASSWORD in made
    assert all(email in made for email in EMAILS)
    homes = []
    for email in EMAILS:
        client = Client()
        client.post("/accounts/login/", {"login": email, "password": PASSWORD})
        home = client.get("/", follow=True)
        homes.append((home.status_code, home.request["PATH_INFO"]))
    assert homes == [(200, "/diary/")] * 5 + [(200, "/clinic/")] * 2 + [(200, "/admin/")]


def test_nobody_of_a_demo_can_sign_in_outside_one(made: str, settings: Any) -> None:
    """P61: not even somebody who is signed in already."""
    client = Client()
    client.post("/accounts/login/", {"login": EMAILS[0], "password": PASSWORD})
    assert client.get("/diary/").status_code == 200
    settings.DEMO = False
    assert client.get("/diary/").status_code == 302
    Session.objects.all().delete()
    client.post("/accounts/login/", {"login": EMAILS[0], "password": PASSWORD})
    assert client.get("/diary/").status_code == 302


def test_every_page_has_something_to_show(made: str) -> None:
    """Four different courses and an empty diary, all with one prescriber."""
    patients = list(Patient.objects.select_related("user").order_by("user__pk"))
    assert [patient.user.email for patient in patients] == EMAILS[:5]
    days = [DiaryEntry.objects.of(patient).count() for patient in patients]
    assert days[4] == 0
    assert min(days[:4]) > 40
    assert {link.clinician.user.email for link in CareLink.objects.active()} == {"prescriber@example.org"}
    assert CareLink.objects.active().count() == 5
    for patient in patients[:4]:
        last = DiaryEntry.objects.of(patient).order_by("diary_date").values_list("diary_date", flat=True).last()
        assert last is not None
        assert timedelta(days=1) <= clock.today(patient) - last <= timedelta(days=4)  # today is left to the visitor


def test_the_treatments_are_told_with_all_that_can_happen(made: str) -> None:
    """Steps and a hold, a stop, LDN before joining, side effects, when-needed ticks, an opioid and a low mood."""
    patients = list(Patient.objects.order_by("user__pk"))[:4]
    episodes = [Episode.objects.newest(patient) for patient in patients]
    assert [episode is not None and episode.is_open for episode in episodes] == [True, True, False, True]
    assert [episode is not None and episode.already_taking for episode in episodes] == [False, False, False, True]
    kinds = [[plan.kind for plan in Plan.objects.of_episode(episode)] for episode in episodes if episode]
    assert kinds == [["written", "held"], ["written"], ["written"], ["written"]]
    raised = [set(Flag.objects.of(patient).open().values_list("rule", flat=True)) for patient in patients]
    assert "F1" in raised[1]
    assert "F10" in raised[3]
    entries = [DiaryEntry.objects.of(patient) for patient in patients]
    assert all(found.filter(side_effects__isnull=False).exists() for found in entries[:3])
    assert all(found.filter(as_needed__isnull=False).exists() for found in entries[:3])


@pytest.mark.parametrize("course", COURSES, ids=[course.name for course in COURSES])
def test_the_same_course_is_the_same_diary_twice(course: MadeCourse) -> None:
    days = list(diary(course, LAST))
    assert list(diary(course, LAST)) == days
    shifted = [(day - timedelta(days=7), late, said) for day, late, said in days]
    assert list(diary(course, LAST - timedelta(days=7))) == shifted


@pytest.mark.parametrize("course", COURSES, ids=[course.name for course in COURSES])
def test_a_made_diary_is_one_that_the_site_could_hold(course: MadeCourse) -> None:
    """In order, one entry a date, with gaps, blanks, skipped doses and late entries, none before its own day."""
    days = list(diary(course, LAST))
    dates = [day for day, _, _ in days]
    assert dates == sorted(set(dates))
    assert len(dates) < course.baseline_days + course.treated_days
    assert all(0 <= late <= 14 and day + timedelta(days=late) <= LAST for day, late, _ in days)
    scores = [one for _, _, said in days for one in said.scores]
    assert None in scores
    assert {one for one in scores if one is not None} <= set(range(11))
    assert {said.dose_status for _, _, said in days} - {""} == {"taken", "skipped"}
    assert all((said.dose_mg is not None) == (said.dose_status == "taken") for _, _, said in days)


def test_the_courses_go_different_ways() -> None:
    """One falls, one stays about the same, one rises a little: what a prescriber will see."""
    changes = []
    for course in COURSES:
        pain = [said.scores[0] for _, _, said in diary(course, LAST) if said.scores[0] is not None]
        changes.append(sum(pain[-14:]) / 14 - sum(pain[:14]) / 14)
    falls, stays, rises, _ = changes
    assert falls < -2 < stays < rises


@pytest.mark.parametrize(("value", "kept"), [(-3.0, 0), (0.49, 0), (0.5, 1), (6.5, 7), (10.4, 10), (14.0, 10)])
def test_a_made_score_is_rounded_half_up_and_kept_on_the_scale(value: float, kept: int) -> None:
    assert score(value) == kept
