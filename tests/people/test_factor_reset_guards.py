"""What one admin alone can't do with a reset of second factors, and how its owner stops it."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ldnapp.people import accounts
from ldnapp.people.factor_resets import approve_reset, ask_reset, cancel_reset, do_due_resets, open_resets
from ldnapp.people.models import Event, FactorReset, Role, User
from tests import factories
from tests.conftest import Cast
from tests.pages import words_of

from .signing import app_code, give_app

pytestmark = pytest.mark.django_db
AFTER = timedelta(hours=72, seconds=1)
ACCOUNT_PAGE, SHOW_FACTOR = "/accounts/2fa/", "/accounts/2fa/reauthenticate/"
ADDRESS = "owner@example.org"


@pytest.fixture
def admin(db: None) -> User:
    return accounts.create_account("first.admin@example.org", Role.ADMIN)


@pytest.fixture
def owner(db: None) -> User:
    """A patient with an app, as far as checks look."""
    user: User = factories.PatientFactory(user__email=ADDRESS).user
    factories.give_second_factor(user)
    return user


@pytest.fixture
def clinician(db: None) -> User:
    user: User = factories.ClinicianFactory().user
    factories.give_second_factor(user)
    return user


def refuse_mail(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """From now on no mail can be sent."""

    def refused(*args: Any, **kwargs: Any) -> None:
        raise fault

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refused)


def test_an_admin_made_by_who_asked_approves_nothing(clinician: User, admin: User) -> None:
    """T6: nor does one that they had ready beforehand."""
    ready = accounts.create_account("ready@example.org", Role.ADMIN, by=admin)
    other = accounts.create_account("other@example.org", Role.ADMIN)
    reset = ask_reset(clinician, by=admin)
    assert not approve_reset(reset, by=ready)
    assert approve_reset(reset, by=other)


def test_nor_does_one_who_became_an_admin_since(clinician: User, admin: User) -> None:
    """T6: whoever made them."""
    reset = ask_reset(clinician, by=admin)
    since = accounts.create_account("since@example.org", Role.ADMIN)
    assert not approve_reset(reset, by=since)
    assert do_due_resets(reset.asked_at + AFTER) == 0


def test_the_admin_is_told_why_not(desk: Client, cast: Cast) -> None:
    linked, asker = cast.users["linked"], factories.UserFactory(role=Role.ADMIN)
    assert linked is not None
    reset = ask_reset(linked, by=asker)
    FactorReset.objects.update(asked_at=timezone.now() - timedelta(days=1))
    chosen = {"action": "approve", "_selected_action": [reset.pk]}
    said = words_of(desk.post("/admin/people/factorreset/", chosen, follow=True))
    assert "who became one since" in said


def test_a_lock_ends_a_reset_that_waits(owner: User, admin: User) -> None:
    """T6: who is locked out could not stop it; unlocking later brings it back no more."""
    reset = ask_reset(owner, by=admin)
    for is_locked in (True, False):
        accounts.set_lock(owner, is_locked=is_locked, by=admin)
        assert do_due_resets(reset.asked_at + AFTER) == 0
    assert Authenticator.objects.filter(user=owner).exists()
    assert list(Event.objects.filter(kind="factor_reset_cancelled").values_list("actor", flat=True)) == [admin.event_id]


def test_a_locked_account_is_not_reset(owner: User, admin: User) -> None:
    """T6."""
    accounts.set_lock(owner, is_locked=True, by=admin)
    with pytest.raises(ValidationError, match="is locked"):
        ask_reset(owner, by=admin)
    accounts.set_lock(owner, is_locked=False, by=admin)
    reset = ask_reset(owner, by=admin)
    User.objects.filter(pk=owner.pk).update(is_active=False)  # past our act, as by hand in the database
    assert do_due_resets(reset.asked_at + AFTER) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [SMTPServerDisconnected("down"), SMTPRecipientsRefused({ADDRESS: (550, b"no")})])
def test_an_owner_who_can_not_be_told_keeps_their_factors(
    owner: User, admin: User, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """T6: no mail, no reset, and no event of one."""
    refuse_mail(monkeypatch, fault)
    with pytest.raises(ValidationError, match="could not be mailed"):
        ask_reset(owner, by=admin)
    assert not FactorReset.objects.exists()
    assert not Event.objects.filter(kind__startswith="factor_reset").exists()


def test_the_admin_reads_that_the_mail_was_refused(
    desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    factories.give_second_factor(cast.patient.user)
    refuse_mail(monkeypatch, SMTPServerDisconnected("down"))
    chosen = {"action": "reset_second_factor", "_selected_action": [cast.patient.user_id]}
    said = words_of(desk.post("/admin/people/user/", chosen, follow=True))
    assert "Nothing was asked for: try again later" in said
    assert "The owner was mailed" not in said


@pytest.mark.django_db(transaction=True)
def test_a_refused_mail_stops_no_reset_that_is_due(
    owner: User, admin: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """P18: the owner knew of it for 72 hours; what is logged has no address in its message."""
    reset = ask_reset(owner, by=admin)
    refuse_mail(monkeypatch, SMTPRecipientsRefused({ADDRESS: (550, b"no")}))
    assert do_due_resets(reset.asked_at + AFTER) == 1
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "a mail was not sent: people/email/factor_reset_done"
    ]


@pytest.mark.parametrize("factor", ["app", "recovery code"])
def test_an_owner_who_is_signed_in_stops_it_by_showing_a_factor(admin: User, factor: str) -> None:
    """T6: any of them: all would be taken away."""
    user = factories.PatientFactory().user
    secret, browser = give_app(user), Client()
    codes = RecoveryCodes.activate(user).get_unused_codes()
    browser.force_login(user)
    ask_reset(user, by=admin)
    browser.post(SHOW_FACTOR, {"code": "000000"})
    assert open_resets().exists()
    browser.post(SHOW_FACTOR, {"code": app_code(secret) if factor == "app" else codes[0]})
    assert not open_resets().exists()
    [cancelled] = Event.objects.filter(kind="factor_reset_cancelled")
    assert cancelled.actor == user.event_id


def test_the_account_page_tells_its_owner_and_nobody_else(owner: User, admin: User) -> None:
    """T6: who is signed in reads no mail that asks them to sign in."""
    browser, other = Client(), Client()
    browser.force_login(owner)
    other.force_login(factories.PatientFactory().user)
    assert "will be removed" not in words_of(browser.get(ACCOUNT_PAGE))
    reset = ask_reset(owner, by=admin)
    page = browser.get(ACCOUNT_PAGE)
    assert f"Not before {reset.due_at:%-d %B %Y, %H:%M} UTC" in words_of(page)
    assert f'href="{SHOW_FACTOR}?next={ACCOUNT_PAGE}"' in page.content.decode()
    assert "will be removed" not in words_of(other.get(ACCOUNT_PAGE))
    cancel_reset(owner, by=owner)
    assert "will be removed" not in words_of(browser.get(ACCOUNT_PAGE))


def test_no_other_page_asks_for_it(owner: User, admin: User) -> None:
    browser = Client()
    browser.force_login(owner)
    ask_reset(owner, by=admin)
    for path, asked in ((ACCOUNT_PAGE, 1), ("/settings/", 0), ("/accounts/sessions/", 0)):
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        assert sum("people_factorreset" in query["sql"] for query in queries) == asked, path
