"""A lost second factor: 72 hours, two admins for staff, and nobody is let in by it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from ldnapp.people import factor_resets
from ldnapp.people.factor_resets import approve_reset, ask_reset, cancel_reset, do_due_resets
from ldnapp.people.models import FactorReset, Role, User
from ldnapp.people.one_by_one import SomeFailed
from tests import factories
from tests.parallel import at_once

from .noted import kinds
from .signing import CODE_PAGE, is_signed_in, sign_in_with_mailed_code, type_password

pytestmark = pytest.mark.django_db
JUST_BEFORE, AFTER = timedelta(hours=71), timedelta(hours=72, seconds=1)


def make_admin(email: str) -> User:
    """An admin with a second factor."""
    admin: User = factories.UserFactory(role=Role.ADMIN, email=email)
    factories.give_second_factor(admin)
    return admin


@pytest.fixture
def admin(db: None) -> User:
    return make_admin("first.admin@example.org")


@pytest.fixture
def second_admin(db: None) -> User:
    return make_admin("second.admin@example.org")


@pytest.fixture
def owner(db: None) -> User:
    """A patient with an app and recovery codes."""
    user: User = factories.PatientFactory(name="Ash Reset", user__email="owner@example.org").user
    factories.give_second_factor(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    return user


@pytest.fixture
def clinician(db: None) -> User:
    user: User = factories.ClinicianFactory(name="Dr Reset").user
    factories.give_second_factor(user)
    return user


def has_factors(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


def steps() -> list[str]:
    """What was noted of resets."""
    return kinds(kind__startswith="factor_reset")


def test_nothing_happens_at_71_hours_and_all_at_72(owner: User, admin: User) -> None:
    """T6."""
    asked_at = ask_reset(owner, by=admin).asked_at
    assert do_due_resets(asked_at + JUST_BEFORE) == 0
    assert has_factors(owner)
    assert do_due_resets(asked_at + AFTER) == 1
    assert not has_factors(owner), "recovery codes too"
    assert has_factors(admin)
    assert do_due_resets(asked_at + AFTER) == 0
    assert steps() == ["factor_reset_asked", "factor_reset_done"]


def test_the_owner_is_told_at_once_and_at_the_end(
    owner: User, admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    """T6: without a name, and without a word about health."""
    with django_capture_on_commit_callbacks(execute=True):
        reset = ask_reset(owner, by=admin)
        assert len(mail.outbox) == 1, "before it is committed: without this mail nothing is asked"
    with django_capture_on_commit_callbacks(execute=True):
        do_due_resets(reset.asked_at + AFTER)
    assert [message.to for message in mail.outbox] == [[owner.email]] * 2
    asked, done = (str(message.body) for message in mail.outbox)
    assert "72 hours" in asked
    assert "that stops the reset" in asked
    assert f"{reset.asked_at + timedelta(hours=72):%H:%M} UTC" in asked
    assert "removed from your account" in done
    for message in mail.outbox:
        words = f"{message.subject} {message.body}"
        assert not [word for word in ("Ash", admin.email, owner.email, "naltrexone", "diary") if word in words]


def test_cancelling_stops_it(owner: User, admin: User, django_capture_on_commit_callbacks: Any) -> None:
    """T6: the owner is told, whoever stopped it: an admin, or someone who signed in and may not be the owner."""
    reset = ask_reset(owner, by=admin)
    with django_capture_on_commit_callbacks(execute=True):
        assert cancel_reset(owner, by=owner)
        assert not cancel_reset(owner, by=owner)
    assert [message.to for message in mail.outbox] == [[owner.email]] * 2, "of the asking, and of the end, once"
    assert "because you signed in" in str(mail.outbox[-1].body)
    assert do_due_resets(reset.asked_at + AFTER) == 0
    assert has_factors(owner)
    ask_reset(owner, by=admin)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert cancel_reset(owner, by=admin)
    assert [message.to for message in mail.outbox] == [[owner.email]]
    assert "An admin has stopped" in str(mail.outbox[-1].body)
    assert steps() == ["factor_reset_asked", "factor_reset_cancelled"] * 2


def test_a_cancelled_one_says_so_for_ever(owner: User, admin: User) -> None:
    """Done or cancelled, never both: not by a run that began before, either."""
    reset = ask_reset(owner, by=admin)
    do_due_resets(reset.asked_at + AFTER)
    assert not cancel_reset(owner, by=admin)
    reset.refresh_from_db()
    assert (reset.cancelled_at, reset.done_at) == (None, reset.asked_at + AFTER)


@pytest.mark.parametrize("role", ["clinician", "admin"])
def test_staff_need_two_admins(clinician: User, admin: User, second_admin: User, role: str) -> None:
    """T6."""
    user = clinician if role == "clinician" else make_admin("third.admin@example.org")
    reset = ask_reset(user, by=admin)
    assert do_due_resets(reset.asked_at + AFTER) == 0
    assert not approve_reset(reset, by=admin), "not the one who asked"
    assert not approve_reset(reset, by=user), "nor whose factors they are"
    assert not approve_reset(reset, by=factories.PatientFactory().user), "nor anyone but an admin"
    assert do_due_resets(reset.asked_at + AFTER) == 0
    assert approve_reset(reset, by=second_admin)
    assert not approve_reset(reset, by=second_admin)
    assert do_due_resets(reset.asked_at + JUST_BEFORE) == 0
    assert do_due_resets(reset.asked_at + AFTER) == 1
    assert steps() == ["factor_reset_asked", "factor_reset_approved", "factor_reset_done"]


def test_a_locked_admin_approves_nothing(clinician: User, admin: User, second_admin: User) -> None:
    reset = ask_reset(clinician, by=admin)
    User.objects.filter(pk=second_admin.pk).update(is_active=False)
    second_admin.refresh_from_db()
    assert not approve_reset(reset, by=second_admin)


def test_a_patients_reset_needs_no_approval_and_takes_none(owner: User, admin: User, second_admin: User) -> None:
    assert not approve_reset(ask_reset(owner, by=admin), by=second_admin)
    assert steps() == ["factor_reset_asked"]


def test_a_cancelled_reset_is_not_approved(clinician: User, admin: User, second_admin: User) -> None:
    reset = ask_reset(clinician, by=admin)
    cancel_reset(clinician, by=clinician)
    assert not approve_reset(reset, by=second_admin)


def test_what_can_not_be_asked_for(owner: User, admin: User) -> None:
    """T6: one's own, one that runs already, and one of nothing."""
    ask_reset(owner, by=admin)
    for user, why in ((owner, "already"), (admin, "another admin"), (factories.UserFactory(), "no second factor")):
        with pytest.raises(ValidationError, match=why):
            ask_reset(user, by=admin)
    assert FactorReset.objects.count() == 1


def test_it_ends_sessions_and_lets_nobody_in(owner: User, admin: User) -> None:
    """T6: what comes next is the password and a mailed code, on a browser that was trusted long ago too."""
    Authenticator.objects.filter(user=owner).delete()
    browser = Client()
    sign_in_with_mailed_code(browser, owner.email, trust=True)
    browser.post("/accounts/logout/")
    assert type_password(browser, owner.email).headers["Location"] != CODE_PAGE, "it is trusted"
    factories.give_second_factor(owner)
    assert is_signed_in(browser)
    do_due_resets(ask_reset(owner, by=admin).asked_at + AFTER)
    assert not is_signed_in(browser)
    assert type_password(browser, owner.email).headers["Location"] == CODE_PAGE
    assert not is_signed_in(browser)


def test_a_browser_that_is_trusted_after_a_reset_is_trusted(owner: User, admin: User) -> None:
    asked_at = timezone.now() - AFTER - timedelta(minutes=1)
    with time_machine.travel(asked_at, tick=False):
        ask_reset(owner, by=admin)
    with time_machine.travel(asked_at + AFTER, tick=False):
        assert do_due_resets(timezone.now()) == 1
    browser = Client()
    sign_in_with_mailed_code(browser, owner.email, trust=True)
    browser.post("/accounts/logout/")
    type_password(browser, owner.email)
    assert is_signed_in(browser)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_it_once(owner: User, admin: User) -> None:
    """P29."""
    asked_at = ask_reset(owner, by=admin).asked_at
    mail.outbox.clear()
    done = at_once([partial(do_due_resets, asked_at + AFTER)] * 2)
    assert sum(done) == 1
    assert steps() == ["factor_reset_asked", "factor_reset_done"]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_ask_once(owner: User, admin: User, second_admin: User) -> None:
    def ask(by: User) -> datetime | None:
        try:
            return ask_reset(owner, by=by).asked_at
        except ValidationError:
            return None

    asked = at_once([partial(ask, admin), partial(ask, second_admin)])
    assert len([each for each in asked if each]) == 1
    assert FactorReset.objects.count() == 1


def test_no_session_of_the_admin_is_touched(owner: User, admin: User) -> None:
    desk, phone = Client(), Client()
    desk.force_login(admin)
    phone.force_login(owner)
    do_due_resets(ask_reset(owner, by=admin).asked_at + AFTER)
    factories.give_second_factor(owner)
    assert [is_signed_in(each) for each in (desk, phone)] == [True, False]


def test_one_whose_reset_fails_holds_up_nobody(owner: User, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said by number, never by name; and not half done."""
    other = factories.PatientFactory().user
    factories.give_second_factor(other)
    ask_reset(owner, by=admin)
    asked_at = ask_reset(other, by=admin).asked_at

    def fail_for_the_first(user: User) -> None:
        if user == owner:
            raise DatabaseError(user.email)

    monkeypatch.setattr(factor_resets, "end_all_sessions", fail_for_the_first)
    with pytest.raises(SomeFailed, match=r"^1 done, 1 failed$"):
        do_due_resets(asked_at + AFTER)
    assert (has_factors(owner), has_factors(other)) == (True, False)
    assert not FactorReset.objects.get(user=owner).done_at
