"""The command for the clock: what it does, says, and survives."""

from datetime import timedelta
from functools import partial
from io import StringIO
from smtplib import SMTPException
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ldnapp import start
from ldnapp.access.models import Invitation
from ldnapp.people.events import note
from ldnapp.people.models import Event, EventKind, FactorReset, Patient, Role, User
from ldnapp.people.one_by_one import SomeFailed
from ldnapp.web.management.commands import tidy
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(days=40)


def said(**options: Any) -> str:
    """What a run prints."""
    out = StringIO()
    call_command("tidy", stdout=out, **options)
    return out.getvalue()


def counters() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        return int(cursor.fetchone()[0])


@pytest.fixture
def due() -> Patient:
    """One thing of each kind that is due; the patient who asked to be erased."""
    now, admin = timezone.now(), factories.UserFactory(role=Role.ADMIN)
    leaver: Patient = factories.PatientFactory(name="Zeb Due")
    factories.write_day(leaver)
    Patient.objects.filter(pk=leaver.pk).update(leaving_at=now - LONG_AGO)
    unconfirmed = factories.UserFactory(joined_at=now - LONG_AGO, address__verified=False)
    note(EventKind.ACCOUNT_MADE, actor=unconfirmed, subject=unconfirmed)
    loser = factories.PatientFactory().user
    factories.give_second_factor(loser)
    FactorReset.objects.create(user=loser, asked_by=admin, asked_at=now - LONG_AGO)
    Invitation.objects.create(
        clinician=factories.ClinicianFactory(),
        email="invited@example.org",
        link_hash="l",
        code_hash="c",
        sent_at=now - 2 * LONG_AGO,
        expires_at=now - LONG_AGO,
    )
    Event.objects.create(kind=EventKind.SIGNED_OUT, kept_until=now - LONG_AGO)
    client = Client()
    client.force_login(admin)
    UserSession.objects.create(user=admin, ip="192.0.2.1", session_key=client.session.session_key)
    Session.objects.update(expire_date=now - LONG_AGO)
    cache.set("over", 1, timeout=-1)
    cache.set("running", 1, timeout=600)
    return leaver


def test_one_run_does_all_that_is_due_and_names_nobody(due: Patient) -> None:
    words = said()
    for line in (
        "people erased: 1",
        "second factors reset: 1",
        "sign-ups dropped that nobody confirmed: 1",
        "addresses of old invitations emptied: 1",
        "events dropped: 1",
        "looks dropped: 0",
        "sessions ended: 1",
        "counters dropped: 1",
        "mails deleted: 0",
    ):
        assert line in words
    assert "Zeb" not in words
    assert "@" not in words
    assert not User.objects.filter(pk=due.user_id).exists()
    assert not Authenticator.objects.exists()
    assert Invitation.objects.get().email == ""
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
    assert (cache.get("running"), counters()) == (1, 1)


def test_a_second_run_finds_nothing(due: Patient) -> None:
    said()
    assert all(line.endswith(": 0") for line in said().splitlines())


def test_two_runs_at_once_do_no_harm(due: Patient) -> None:
    """A slow one, and the next hour's."""
    runs = at_once([partial(said)] * 2)
    for words in ("people erased", "second factors reset", "sign-ups dropped that nobody confirmed"):
        assert sum(f"{words}: 1" in run for run in runs) == 1
    assert Event.objects.filter(kind=EventKind.FACTOR_RESET_DONE).count() == 1


@pytest.mark.parametrize("error", [DatabaseError, OSError, SMTPException])
def test_what_fails_stops_nothing_else(due: Patient, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """The others are no less due; the timer sees that something is wrong."""

    def fail(now: object) -> int:
        raise error

    monkeypatch.setattr(tidy, "TASKS", (("things done", fail), *tidy.TASKS))
    with pytest.raises(CommandError, match=r"Not done: things done\."):
        said()
    assert not User.objects.filter(pk=due.user_id).exists()


def test_those_who_failed_are_told_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: object) -> int:
        raise SomeFailed("2 done, 1 failed")

    monkeypatch.setattr(tidy, "TASKS", (("people erased", fail),))
    with pytest.raises(CommandError, match=r"Not done: people erased \(2 done, 1 failed\)\."):
        said()


def test_a_mail_that_can_not_be_sent_stops_nothing_else(due: Patient, settings: Settings) -> None:
    """It is sent once the reset is done: the reset stays, and the log says it."""
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    said()
    assert FactorReset.objects.get().done_at
    assert not User.objects.filter(pk=due.user_id).exists()
    assert not User.objects.filter(emailaddress__verified=False).exists()


def test_it_can_be_quiet(due: Patient) -> None:
    assert said(verbosity=0) == ""
    assert not User.objects.filter(pk=due.user_id).exists()


def test_a_start_of_the_site_needs_no_tidying(
    due: Patient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The role that runs the site on PostgreSQL may not delete events; sessions that are over go all the same."""

    def fail(self: tidy.Command, **options: object) -> None:
        raise CommandError

    monkeypatch.setattr(tidy.Command, "handle", fail)
    start.prepare_database()
    assert not Session.objects.exists()
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own log")
def test_a_database_that_is_busy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "overwrite_what_was_erased", lambda: False)
    assert "goes with the next run" in said()
