"""What goes by itself: sign-ups that nobody confirmed, events past their date, mails that lie about."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ldnapp.access.looks import drop_old_looks
from ldnapp.access.models import AccessEvent, Page
from ldnapp.people import tidying
from ldnapp.people.accounts import create_patient
from ldnapp.people.events import note
from ldnapp.people.models import Event, EventKind, FactorReset, Patient, Role, User
from ldnapp.people.models.event import PROOF
from ldnapp.people.one_by_one import SomeFailed
from ldnapp.people.tidying import drop_old_events, drop_unverified
from ldnapp.people.traces import erase_account, forget_mails, forget_old_mails
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def signed_up(email: str = "new@example.org", *, ago: timedelta = DAY, confirmed: bool = False) -> User:
    """An account as signing up leaves it: a password, a patient, an address to confirm."""
    user: User = factories.UserFactory(email=email, joined_at=NOW - ago, address__verified=confirmed)
    factories.PatientFactory(user=user)
    note(EventKind.ACCOUNT_MADE, actor=user, subject=user, detail="signed up")
    return user


@pytest.mark.parametrize(("hours", "dropped"), [(23, 0), (24, 1)])
def test_a_sign_up_that_nobody_confirms_goes_after_a_day(hours: int, dropped: int) -> None:
    """T9: who signs up with another's address keeps nothing there."""
    user = signed_up(ago=timedelta(hours=hours))
    assert drop_unverified(NOW) == dropped
    assert User.objects.count() == Patient.objects.count() == EmailAddress.objects.count() == 1 - dropped
    assert Event.objects.filter(kind=EventKind.ERASED, subject=user.event_id).count() == dropped


def test_an_account_that_an_admin_made_waits_for_its_owner() -> None:
    """Unconfirmed and unused for a year; also once its owner has set a password, which confirms no address."""
    admin = factories.UserFactory(role=Role.ADMIN)
    for number, password in enumerate((None, "half a minute a day")):
        patient = create_patient(f"p{number}@example.org", date_of_birth=factories.BORN, account={"by": admin})
        patient.user.set_password(password)
        patient.user.joined_at = NOW - timedelta(days=365)
        patient.user.save()
    EmailAddress.objects.update(verified=False)
    assert drop_unverified(NOW) == 0


@pytest.mark.parametrize("reason", ["confirmed", "has signed in", "has a link"])
def test_nobody_goes_who_is_here(reason: str) -> None:
    user = signed_up(ago=timedelta(days=99), confirmed=reason == "confirmed")
    if reason == "has signed in":
        User.objects.filter(pk=user.pk).update(last_login=NOW)
    if reason == "has a link":
        factories.EndedLinkFactory(patient=user.patient)
    assert drop_unverified(NOW) == 0


def test_a_second_address_that_waits_drops_nobody() -> None:
    """Its owner is changing the address."""
    user = signed_up(ago=timedelta(days=99), confirmed=True)
    EmailAddress.objects.create(user=user, email="another@example.org", verified=False)
    assert drop_unverified(NOW) == 0


def test_the_dropped_ones_session_goes_too() -> None:
    """What was begun in it can't be gone on with by whoever confirms the address later."""
    user, client = signed_up(), Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=None)
    assert drop_unverified(NOW) == 1
    assert not Session.objects.exists()


def test_one_that_fails_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = signed_up("first@example.org"), signed_up("second@example.org")

    def fail_for_the_first(user: User, *, mentioned_in: list[str]) -> None:
        if user == first:
            raise DatabaseError
        erase_account(user, mentioned_in=mentioned_in)

    monkeypatch.setattr(tidying, "erase_account", fail_for_the_first)
    with pytest.raises(SomeFailed, match=r"^1 done, 1 failed$"):
        drop_unverified(NOW)
    assert list(User.objects.filter(pk__in=(first.pk, second.pk))) == [first]
    assert Event.objects.get(kind=EventKind.ERASED).subject == second.event_id


@pytest.mark.django_db(transaction=True)
def test_the_sites_sessions_are_read_before_the_database_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding all of them takes long where there are many, and on SQLite only one can write."""
    signed_up()
    held: list[bool] = []
    Client().force_login(factories.UserFactory())
    decode = Session.get_decoded

    def watched(session: Session) -> Any:
        held.append(connection.in_atomic_block)
        return decode(session)

    monkeypatch.setattr(Session, "get_decoded", watched)
    assert drop_unverified(NOW) == 1
    assert set(held) == {False}


@pytest.mark.django_db(transaction=True)
def test_dropped_by_two_runs_at_once_is_once() -> None:
    signed_up()
    assert sum(at_once([partial(drop_unverified, NOW)] * 3)) == 1


def test_events_go_on_their_date_and_not_before() -> None:
    """The triggers hold the line too: T33."""
    now = timezone.now()
    kept = [Event.objects.create(kind=EventKind.SIGNED_IN, kept_until=now + offset) for offset in (-DAY, DAY)]
    assert drop_old_events(now) == 1
    assert list(Event.objects.all()) == kept[1:]
    with pytest.raises(DatabaseError), transaction.atomic():
        drop_old_events(now + 2 * DAY)


def test_looks_go_after_eight_years_and_not_before() -> None:
    now, who = timezone.now(), factories.UserFactory()
    for age in (PROOF + DAY, PROOF - DAY):
        AccessEvent.objects.create(actor=who.event_id, subject=who.event_id, page=Page.COURSE, at=now - age)
    assert drop_old_looks(now) == 1
    assert AccessEvent.objects.get().at == now - (PROOF - DAY)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A mail folder with a mail to each of two people."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for number, address in enumerate(("Ash@Example.org", "birch@example.org")):
        send_mail("Your code", "1234", None, [address])
        [made] = tmp_path.glob("2*.log") if number else tmp_path.glob("*.log")
        made.rename(tmp_path / f"1-2-{number}.log")
    return tmp_path


def test_mails_to_an_address_are_found_however_it_is_written(folder: Path) -> None:
    assert forget_mails(["ash@example.org"]) == 1
    assert [file.name for file in folder.iterdir()] == ["1-2-1.log"]


def test_mails_that_lie_for_long_go(folder: Path, settings: Settings) -> None:
    """A former address of someone is known nowhere else: its mails go by age."""
    (folder / "readme.log").write_text("not a mail")
    assert forget_old_mails(timezone.now() - DAY) == 0
    assert forget_old_mails(timezone.now() + DAY) == 2
    assert [file.name for file in folder.iterdir()] == ["readme.log"]


def test_where_mails_are_sent_there_is_no_folder_to_tidy(folder: Path, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert forget_mails(["ash@example.org"]) == forget_old_mails(timezone.now() + DAY) == 0


def test_a_reset_that_an_admin_asked_goes_with_the_account() -> None:
    user: Any = signed_up()
    FactorReset.objects.create(user=user, asked_by=factories.UserFactory(role=Role.ADMIN))
    assert drop_unverified(NOW) == 1
    assert not FactorReset.objects.exists()
