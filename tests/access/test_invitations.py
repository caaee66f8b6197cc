"""Acts on invitations: who is asked, by which mail, and what a link or a code leads to."""

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from ldnapp.access import invitation_secrets, invitations
from ldnapp.access.models import Invitation, InvitationState
from ldnapp.people.models import Clinician, Event, EventKind, Patient, User
from tests import factories
from tests.parallel import at_once
from tests.people.noted import kinds

from .conftest import CODE, THEIRS, TOKEN

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
OnCommit = Any


def mailed(body: str) -> tuple[str, str]:
    """Token and code of a mail."""
    token, code = re.search(r"/invited/(\S+)/$", body, re.MULTILINE), re.search(r"^(\S{3}-\S{3}-\S{3})$", body, re.M)
    assert token is not None
    assert code is not None
    return token.group(1), code.group(1)


def test_an_invitation_is_one_mail_with_a_link_and_a_code(
    clinician: Clinician, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invitations.invite(clinician, " Ash@Example.org ", by=clinician.user)
    assert [message.to for message in mail.outbox] == [[THEIRS]]
    token, code = mailed(str(mail.outbox[0].body))
    assert invitations.usable_by_token(token) == invitation
    assert invitations.usable_by_code(code) == invitation
    assert kinds() == [EventKind.INVITATION_SENT]
    assert Event.objects.get(actor=clinician.user.event_id).subject is None


def test_the_mail_names_nobody_and_tells_nothing_of_health(
    clinician: Clinician, ash: Patient, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(clinician, THEIRS, by=clinician.user)
    message = mail.outbox[0]
    written = f"{message.subject}\n{message.body}".replace("LDN Tracker", "").lower()
    for told in (clinician.name, ash.name, clinician.user.email, "ldn", "naltrexone", "patient", "prescriber", "dose"):
        assert told.lower() not in written
    assert "\n" not in message.subject


def test_with_and_without_an_account_the_same_is_said_and_mailed(
    clinician: Clinician, ash: Patient, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """T10: the clinician learns nothing, and neither does who reads the mail."""
    for address in (THEIRS, "nobody@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            invitations.invite(clinician, address, by=clinician.user)
    with_one, without = (str(message.body) for message in mail.outbox)
    for each in mailed(with_one), mailed(without):
        for secret in each:
            with_one, without = with_one.replace(secret, "…"), without.replace(secret, "…")
    assert with_one == without


def test_a_database_holds_neither_link_nor_code(
    clinician: Clinician, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """T7: a copy of the table opens no invitation."""
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(clinician, THEIRS, by=clinician.user)
    stored = str(Invitation.objects.values().get())
    for secret in mailed(str(mail.outbox[0].body)):
        assert secret not in stored
        assert secret.replace("-", "") not in stored


def test_a_link_has_256_bits_and_a_code_more_than_40() -> None:
    """T7."""
    made = invitation_secrets.new_secrets()
    assert len(made.token) == 43  # 32 bytes in base64
    letters = made.code.replace("-", "")
    assert len(invitation_secrets.ALPHABET) ** len(letters) > 2**40
    assert set(letters) <= set(invitation_secrets.ALPHABET)
    assert not set(invitation_secrets.ALPHABET) & set("0O1ILSZBAEU")  # 2, 5 and 8 have no look-alike then


def test_a_code_is_found_however_it_is_typed(invited: Invitation) -> None:
    for typed in (CODE, "cdfghjkmn", " c d f – g h j – k m n "):
        assert invitations.usable_by_code(typed) == invited
    assert invitations.usable_by_code("CDF-GHJ-KMP") is None


def test_another_key_knows_no_code(invited: Invitation, settings: Settings, tmp_path: Path) -> None:
    """T7: the code's hash needs a key that lies off the database."""
    settings.DATA_DIR = tmp_path
    assert invitations.usable_by_code(CODE) is None
    assert stat.S_IMODE((tmp_path / "invitation-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "why"),
    [("DR@example.org", "your own address"), ("second@example.org", "your own address"), (THEIRS, "Send again")],
)
def test_these_can_not_be_invited(address: str, why: str) -> None:
    clinician = factories.ClinicianFactory(user__email="dr@example.org")
    EmailAddress.objects.create(user=clinician.user, email="second@example.org", verified=False)
    factories.InvitationFactory(clinician=clinician, email=THEIRS)
    with pytest.raises(ValidationError, match=why):
        invitations.invite(clinician, address, by=clinician.user)
    assert Invitation.objects.count() == 1


def test_a_clinician_without_a_name_invites_nobody() -> None:
    clinician = factories.ClinicianFactory(name=" ")
    with pytest.raises(ValidationError, match="shows your name"):
        invitations.invite(clinician, THEIRS, by=clinician.user)


def test_another_clinician_may_invite_the_same_person(invited: Invitation) -> None:
    other = factories.ClinicianFactory()
    invitations.invite(other, THEIRS, by=other.user)
    assert Invitation.objects.filter(email=THEIRS).count() == 2


def test_after_it_is_over_the_same_person_can_be_invited_anew(clinician: Clinician, invited: Invitation) -> None:
    invitations.withdraw(invited, by=clinician.user)
    assert invitations.invite(clinician, THEIRS, by=clinician.user) != invited


@pytest.mark.django_db(transaction=True)
def test_two_taps_send_one_invitation() -> None:
    clinician = factories.ClinicianFactory()

    def tap() -> bool:
        try:
            return bool(invitations.invite(clinician, THEIRS, by=clinician.user))
        except ValidationError:
            return False

    assert sorted(at_once([tap, tap])) == [False, True]
    assert len(mail.outbox) == Invitation.objects.count() == 1


def test_sent_again_it_has_a_new_link_and_code_and_14_days(
    clinician: Clinician, invited: Invitation, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        assert invitations.resend(invited, by=clinician.user)
    with time_machine.travel(NOW, tick=False):
        token, code = mailed(str(mail.outbox[0].body))
        assert invitations.usable_by_token(TOKEN) is None
        assert invitations.usable_by_code(CODE) is None
        assert invitations.usable_by_token(token) == invitations.usable_by_code(code) == invited
    assert invited.times_sent == 2
    assert invited.expires_at == NOW + timedelta(days=14)
    assert invited.state(NOW) == InvitationState.RESENT
    assert kinds() == [EventKind.INVITATION_RESENT]


def test_an_expired_one_can_be_sent_again(clinician: Clinician) -> None:
    old = factories.InvitationFactory(clinician=clinician, sent_at=NOW - timedelta(days=15))
    with time_machine.travel(NOW, tick=False):
        assert not invitations.is_usable(old.pk)
        assert invitations.resend(old, by=clinician.user)
        assert invitations.is_usable(old.pk)


@pytest.mark.parametrize("end", ["withdrawn_at", "declined_at", "accepted_at"])
def test_one_that_is_over_is_neither_sent_again_nor_withdrawn(clinician: Clinician, end: str) -> None:
    over = factories.InvitationFactory(clinician=clinician, **{end: NOW})
    assert not invitations.resend(over, by=clinician.user)
    assert not invitations.withdraw(over, by=clinician.user)
    assert not invitations.is_usable(over.pk)
    assert not Event.objects.exists()


def test_one_without_an_address_is_not_sent_again(clinician: Clinician) -> None:
    forgotten = factories.InvitationFactory(clinician=clinician, email="")
    assert not invitations.resend(forgotten, by=clinician.user)


@pytest.mark.parametrize(("days", "works"), [(13, True), (14, False)])
def test_link_and_code_work_for_14_days(clinician: Clinician, days: int, works: bool) -> None:
    factories.InvitationFactory(clinician=clinician, sent_at=NOW, token="t", code="C")
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        assert (invitations.usable_by_token("t") is not None) is works
        assert (invitations.usable_by_code("C") is not None) is works


def test_a_locked_clinicians_invitations_lead_nowhere(clinician: Clinician, invited: Invitation, ash: Patient) -> None:
    User.objects.filter(pk=clinician.user.pk).update(is_active=False)
    assert invitations.usable_by_token(TOKEN) is None
    assert invitations.usable_by_code(CODE) is None
    assert invitations.open_invitation(invited.pk, ash) is None


@pytest.mark.parametrize(
    ("over", "is_kept"),
    [
        ({"sent_at": NOW - timedelta(days=14 + 30)}, False),
        ({"sent_at": NOW - timedelta(days=14 + 29)}, True),
        ({"sent_at": NOW - timedelta(days=31), "declined_at": NOW - timedelta(days=30)}, False),
        ({"sent_at": NOW - timedelta(days=31), "withdrawn_at": NOW - timedelta(days=30)}, False),
        ({"sent_at": NOW - timedelta(days=31), "accepted_at": NOW - timedelta(days=30)}, False),
        ({"sent_at": NOW - timedelta(days=31), "accepted_at": NOW - timedelta(days=29)}, True),
    ],
)
def test_an_address_is_forgotten_30_days_after_its_invitation_is_over(over: dict[str, Any], is_kept: bool) -> None:
    invitation = factories.InvitationFactory(**over)
    assert invitations.forget_old(NOW) == (0 if is_kept else 1)
    invitation.refresh_from_db()
    assert bool(invitation.email) is is_kept
    assert invitations.forget_old(NOW) == 0
