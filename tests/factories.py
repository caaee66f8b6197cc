"""People and days for tests: fixed values, never random ones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from ldnapp.access import consent
from ldnapp.access.invitation_secrets import code_hash, token_hash
from ldnapp.access.models import CareLink, Invitation
from ldnapp.access.models.invitation import LIFE
from ldnapp.people.models import Clinician, Patient, Role, User
from tracker import clock
from tracker.answers import Answers, TakenDose
from tracker.declaring import answer_safety, save_medicine
from tracker.effects import Severity, SideEffect
from tracker.models import DiaryEntry, Dose, Episode, Flag, Medicine
from tracker.plan import PlannedDose, Step
from tracker.planning import note_pause, open_episode, set_main_symptom, set_supply, write_plan
from tracker.recording import record_entry

PASSWORD = "half a minute a day"
BORN = date(1979, 3, 14)


class EmailAddressFactory(factory.django.DjangoModelFactory):
    """The verified address of an account."""

    class Meta:
        model = EmailAddress

    email = factory.SelfAttribute("user.email")
    primary = verified = True


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    role = Role.PATIENT
    password = factory.django.Password(PASSWORD)
    address = factory.RelatedFactory(EmailAddressFactory, factory_related_name="user")


class PatientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Patient

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Patient Number {n}")
    date_of_birth = BORN


class ClinicianFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Clinician

    user = factory.SubFactory(UserFactory, role=Role.CLINICIAN)
    name = factory.Sequence(lambda n: f"Dr Number {n}")


class CareLinkFactory(factory.django.DjangoModelFactory):
    """A proposed link; accepted and ended by the moments that are given."""

    class Meta:
        model = CareLink

    patient = factory.SubFactory(PatientFactory)
    clinician = factory.SubFactory(ClinicianFactory)
    proposed_at = datetime(2026, 1, 5, 9, tzinfo=UTC)


class ActiveLinkFactory(CareLinkFactory):
    accepted_at = consented_at = datetime(2026, 1, 6, 9, tzinfo=UTC)
    consent_version = consent.VERSION


class EndedLinkFactory(ActiveLinkFactory):
    ended_at = datetime(2026, 1, 7, 9, tzinfo=UTC)
    ended_by = Role.PATIENT


class InvitationFactory(factory.django.DjangoModelFactory):
    """Sent a moment ago; its link and its code are what ``token`` and ``code`` say."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-number-{n}")
        code = factory.Sequence(lambda n: f"CODE-NUMBER-{n}")

    clinician = factory.SubFactory(ClinicianFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    link_hash = factory.LazyAttribute(lambda made: token_hash(made.token))
    code_hash = factory.LazyAttribute(lambda made: code_hash(made.code))
    sent_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda made: made.sent_at + LIFE)


class DiaryEntryFactory(factory.django.DjangoModelFactory):
    """A stored entry, past the acts: for what the database itself says."""

    class Meta:
        model = DiaryEntry

    patient = factory.SubFactory(PatientFactory)
    diary_date = date(2026, 3, 1)
    pain = 6
    time_zone = "Europe/London"
    written_on = factory.SelfAttribute("diary_date")
    written_at = datetime(2026, 3, 1, 20, tzinfo=UTC)
    changed_at = datetime(2026, 3, 1, 20, tzinfo=UTC)


class DoseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dose

    patient = factory.SubFactory(PatientFactory)
    diary_date = date(2026, 3, 1)
    amount_mg = "3.00"
    timing = "bedtime"


def give_second_factor(user: User) -> None:
    """An authenticator app, as far as the site's checks look."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "not a real secret"})


def make_device(user: User | None, key: str = "0" * 32, user_agent: str = "") -> UserSession:
    """A line of this user's list of sessions; the session itself is not made."""
    said = {"user": user, "ip": "203.0.113.7", "user_agent": user_agent}
    device: UserSession = UserSession.objects.get_or_create(session_key=key, defaults=said)[0]
    return device


def show_again(client: Client) -> None:
    """Whoever is signed in there has just given their password or second factor once more."""
    session = client.session
    now = timezone.now().timestamp()
    session["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def answers(**said: Any) -> Answers:
    """Arguments of Answers; a dose may be told by dose_mg and dose_timing."""
    mg, timing = said.pop("dose_mg", None), said.pop("dose_timing", "")
    if said.get("dose_status") == "taken":
        said.setdefault("doses", (TakenDose(None if mg is None else Decimal(mg), timing),))
    return Answers(**said)


def write_day(patient: Patient, day: date | None = None, **said: Any) -> DiaryEntry:
    """A day as the patient would save it: keyword arguments of answers(); today unless a date is given."""
    told = answers(**{"scores": (6, 7, 5, None, 4), **said})
    return record_entry(patient, day or clock.today(patient), told, started_from=0, by=patient.user, now=clock.now())


def give_plan(
    patient: Patient, *steps: tuple[date, str], timing: str = "bedtime", since: date | None = None
) -> Episode:
    """An open episode with a plan of these (date, mg) steps; without any, 3 mg at bedtime since 30 days ago.

    The plan counts from ``since`` on, which is the first step's day unless given.
    """
    first = clock.today(patient) - timedelta(days=30)
    doses = [Step(on, (PlannedDose(Decimal(mg), timing),)) for on, mg in steps or [(first, "3.00")]]
    said = {"opened_on": doses[0].on, "starts_on": doses[0].on}
    episode = open_episode(patient, said, by=patient.user, now=clock.now())
    write_plan(episode, doses, since=since or doses[0].on, by=patient.user, now=clock.now())
    return episode


def tell_everything(patient: Patient) -> None:
    """A row in every table of the record, each through its act (but for the flag)."""
    by, now, today = patient.user, clock.now(), clock.today(patient)
    episode = give_plan(patient)
    set_main_symptom(episode, "sleep", since=today, by=by, now=now)
    set_supply(episode, form="liquid", mg_per_ml=Decimal("5.00"), pharmacy="A pharmacy", since=today, by=by, now=now)
    note_pause(patient, today, "Away from home", by=by, now=now)
    answer_safety(patient, {"operation": "yes", "operation_on": today}, version=1, today=today, by=by, now=now)
    medicine = Medicine(patient=patient, name="Paracetamol", use="as_needed", added_on=today)
    save_medicine(medicine, by=by, now=now)
    taken = TakenDose(Decimal("3.00"), "bedtime", Decimal("0.60"), Decimal("5.00"))
    felt = (SideEffect("headache", Severity.MILD),)
    write_day(patient, dose_status="taken", doses=(taken,), side_effects=felt, as_needed=(medicine.pk,), note="x")
    raised = {"level": "info", "facts": {"since": today.isoformat()}, "facts_at": now, "raised_at": now}
    Flag.objects.get_or_create(patient=patient, rule="F0", rule_version=1, defaults=raised)


def write_days(patient: Patient, days: int, **answers: Any) -> None:
    """That many days up to today, one entry each."""
    today = clock.today(patient)
    for back in range(days):
        write_day(patient, today - timedelta(days=back), **answers)
