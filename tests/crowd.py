"""Many people and long diaries at once, past the acts: for what a page costs, not for what an act does."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician, Patient, User
from tests.factories import BORN, ActiveLinkFactory
from tracker import clock
from tracker.models import DiaryEntry, Dose

SEEN = datetime(2026, 1, 6, 9, tzinfo=UTC)


def entry(patient: Patient, day: date) -> DiaryEntry:
    """An unsaved entry; the scores differ from day to day, and sleep is sometimes blank."""
    place = day.toordinal()
    return DiaryEntry(
        patient=patient,
        diary_date=day,
        pain=place % 11,
        fatigue=(place + 3) % 11,
        brain_fog=(place + 5) % 11,
        sleep=None if place % 4 == 0 else place % 7,
        mood=place % 3,
        dose_status="taken",
        time_zone=patient.time_zone,
        written_on=day,
        written_at=SEEN,
        changed_at=SEEN,
    )


def dose(patient: Patient, day: date) -> Dose:
    """An unsaved dose."""
    return Dose(patient=patient, diary_date=day, amount_mg=Decimal("3.00"), timing="bedtime")


def fill_diary(*patients: Patient, days: int) -> None:
    """A written day with a dose for each of the last days up to today, for each of these patients."""
    dates = [(patient, clock.today(patient) - timedelta(days=back)) for patient in patients for back in range(days)]
    DiaryEntry.objects.bulk_create([entry(patient, day) for patient, day in dates])
    Dose.objects.bulk_create([dose(patient, day) for patient, day in dates])


def make_crowd(count: int, *, clinician: Clinician | None = None, days: int = 3, first: int = 0) -> list[Patient]:
    """So many patients, numbered from the first, with short diaries; linked to this clinician where one is given."""
    numbers = range(first, first + count)
    users = User.objects.bulk_create([User(email=f"crowd{n}@example.org", role="patient") for n in numbers])
    patients = Patient.objects.bulk_create(
        [Patient(user=user, name=f"Crowd {n:03}", date_of_birth=BORN) for n, user in zip(numbers, users, strict=True)]
    )
    if clinician is not None:
        CareLink.objects.bulk_create([ActiveLinkFactory.build(patient=one, clinician=clinician) for one in patients])
    fill_diary(*patients, days=days)
    return patients
