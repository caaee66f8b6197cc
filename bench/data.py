"""Made-up people for the run, the same each time: in the site's tables and in the floor's.

One patient with ten years and one other with three, then a caseload of 500 with three years each.
Courses are tracker.demo's. A few are made and stored row by row; the rest of the caseload are copies
of these, made by the database: a million rows would take minutes to build here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, models, transaction

from ldnapp.access import consent
from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician, Patient, Role, User
from tracker import clock
from tracker.demo import MadeCourse, diary, doses_of
from tracker.effects import to_json
from tracker.models import DiaryEntry, Dose, Flag, Summary
from tracker.plan import Step
from tracker.planning import open_episode, write_plan
from tracker.symptoms import SYMPTOM_KEYS

from .floor import Person, PersonDay

LONG_DAYS, USUAL_DAYS = 3650, 3 * 365
CASELOAD, PATTERNS = 500, 10
STEPS = ((0, "1.5"), (14, "3.0"), (42, "4.5"))
BORN = date(1979, 3, 14)
EVENING = time(20, 40)
BATCH = 500


@dataclass(frozen=True)
class Cast:
    """Whom the run is about."""

    patient: Patient  # ten years of diary, up to today
    clinician: Clinician  # who has a caseload
    today: date


def made_people() -> Cast:
    """The patient, the clinician and one other patient."""
    clinician = Clinician.objects.create(user=made_user("clinician", Role.CLINICIAN), name="Dr Bench")
    Authenticator.objects.create(user=clinician.user, type=Authenticator.Type.TOTP, data={})
    patient, other = (made_patient(number) for number in range(2))
    store_course(patient, made_course(0, LONG_DAYS))
    store_course(other, made_course(1, USUAL_DAYS))
    return Cast(patient, clinician, clock.today(patient))


@transaction.atomic
def made_caseload(cast: Cast) -> None:
    """500 patients of the clinician with three years of diary each."""
    users = User.objects.bulk_create(
        (User(email=f"caseload{number}@example.org", role=Role.PATIENT) for number in range(CASELOAD)), BATCH
    )
    patients = Patient.objects.bulk_create((new_patient(user, n) for n, user in enumerate(users)), BATCH)
    people = Person.objects.bulk_create((new_person(patient, cast.clinician) for patient in patients), BATCH)
    long_ago = clock.now() - timedelta(days=USUAL_DAYS)
    CareLink.objects.bulk_create(
        CareLink(
            patient=patient,
            clinician=cast.clinician,
            proposed_at=long_ago,
            accepted_at=long_ago,
            consent_version=consent.VERSION,
            consented_at=long_ago,
        )
        for patient in patients
    )
    patterns = patients[:PATTERNS]
    for number, patient in enumerate(patterns):
        store_days(patient, people[number], made_course(2 + number, USUAL_DAYS))
    for number in range(PATTERNS, CASELOAD):
        pattern = number % PATTERNS
        for table in (DiaryEntry, Dose):
            copy_rows(table, "patient", patients[pattern].pk, patients[number].pk)
        copy_derived(patients[pattern], patients[number])
        copy_rows(PersonDay, "person", people[pattern].pk, people[number].pk)


def made_user(name: str, role: Role) -> User:
    """A user without a password: sessions are made for them."""
    return User.objects.create(email=f"{name}@example.org", role=role)


def new_patient(user: User, number: int) -> Patient:
    """An unsaved patient whose days are those of UTC, as the floor's are."""
    return Patient(user=user, name=f"Patient {number:03}", date_of_birth=BORN, time_zone="UTC", day_end=time(0))


def new_person(patient: Patient, keeper: Clinician | None = None) -> Person:
    """The floor's unsaved person of the same account."""
    return Person(
        user=patient.user, keeper=keeper.user if keeper else None, name=patient.name, usual=Decimal(STEPS[-1][1])
    )


def made_patient(number: int) -> Patient:
    """A patient outside the caseload."""
    patient = new_patient(made_user(f"patient{number}", Role.PATIENT), number)
    patient.save()
    return patient


def made_course(seed: int, days: int) -> MadeCourse:
    """A course of that many days, a dose on nearly each of them."""
    return MadeCourse(
        name="",
        seed=seed,
        baseline_days=21,
        treated_days=days - 21,
        steps=STEPS,
        effect=-2.4,
        gaps=((71, 81),),
        effects=(("dreams", 0.75), ("headache", 0.3)),
    )


def store_course(patient: Patient, course: MadeCourse) -> None:
    """A patient's course in both sets of tables."""
    person = new_person(patient)
    person.save()
    store_days(patient, person, course)


def store_days(patient: Patient, person: Person, course: MadeCourse) -> None:
    """The days of a course, today among them, in both sets of tables."""
    today = clock.today(patient)
    kept = [*diary(course, today)]
    if kept[-1][0] != today:
        kept.append((today, 0, kept[-1][2]))
    entries, doses, days = [], [], []
    for on, late, said in kept:
        written = datetime.combine(on + timedelta(days=late), EVENING, UTC)
        scores = dict(zip(SYMPTOM_KEYS, said.scores, strict=True))
        entries.append(
            DiaryEntry(
                patient=patient,
                diary_date=on,
                dose_status=said.dose_status,
                side_effects=to_json(said.side_effects),
                note=said.note,
                time_zone=patient.time_zone,
                written_on=written.date(),
                written_at=written,
                changed_at=written,
                **scores,
            )
        )
        if said.dose_mg is not None:
            doses.append(Dose(patient=patient, diary_date=on, amount_mg=said.dose_mg, timing=said.dose_timing))
        days.append(PersonDay(person=person, day=on, dose=said.dose_status, mg=said.dose_mg, note=said.note, **scores))
    DiaryEntry.objects.bulk_create(entries, BATCH)
    Dose.objects.bulk_create(doses, BATCH)
    PersonDay.objects.bulk_create(days, BATCH)
    store_treatment(patient, kept[0][0], course)


def store_treatment(patient: Patient, opened: date, course: MadeCourse) -> None:
    """An episode with a plan of the course's steps, as first written down, and what is derived from it all."""
    now, first_dose = clock.now(), opened + timedelta(days=course.baseline_days)
    episode = open_episode(patient, {"opened_on": opened, "starts_on": first_dose}, by=patient.user, now=now)
    steps = [Step(first_dose + timedelta(days=day), doses_of(course, Decimal(mg))) for day, mg in course.steps]
    write_plan(episode, steps, since=opened, by=patient.user, now=now)


def copy_derived(source: Patient, target: Patient) -> None:
    """The summary and the open flags of one patient once more as another's."""
    for table in (Summary, Flag):
        for row in table.objects.of(source):
            row.pk, row.patient, row._state.adding = None, target, True
            row.save(force_insert=True)


def copy_rows(table: type[models.Model], owner: str, source: Any, target: Any) -> None:
    """Store another owner's rows once more as the target's."""
    fields = {field.name: field for field in table._meta.concrete_fields if not field.primary_key}
    whose, name = fields.pop(owner), connection.ops.quote_name(table._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields.values())
    keys = [whose.get_db_prep_save(key, connection) for key in (target, source)]
    with connection.cursor() as cursor:
        # Nothing in this line is from outside: names of a table and its columns.
        cursor.execute(
            f"INSERT INTO {name} ({whose.column}, {columns}) SELECT %s, {columns} FROM {name} "  # noqa: S608
            f"WHERE {whose.column} = %s",
            keys,
        )
