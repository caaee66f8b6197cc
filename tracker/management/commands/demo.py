"""Fills an empty site with made-up people, so that every page has something to show."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ldnapp.access.links import accept_link, propose_link
from ldnapp.people.accounts import create_account, create_clinician, create_patient
from ldnapp.people.models import Clinician, Patient, Role, User
from tracker import clock
from tracker.demo import COURSES, MadeCourse, diary
from tracker.demo_acts import MadeTreatment
from tracker.summarising import rewrite

PASSWORD = "demo-half-a-minute"  # noqa: S105  (public, and refused outside a demo)
ACCOUNT: dict[str, Any] = {"password": PASSWORD, "is_demo": True}
BORN = date(1979, 3, 14)
SIGN_INS = (
    ("patient@example.org", "a patient, 20 weeks of diary"),
    ("patient2@example.org", "a patient, 10 weeks, with an opioid to ask about"),
    ("patient3@example.org", "a patient, 30 weeks, who has stopped"),
    ("patient4@example.org", "a patient who took LDN before they joined"),
    ("new.patient@example.org", "a patient who starts today"),
    ("prescriber@example.org", "their prescriber"),
    ("other.prescriber@example.org", "a prescriber with no patients"),
    ("admin@example.org", "an admin"),
)


class Command(BaseCommand):
    help = "Make the demo people and their diaries. Run again, it keeps what is there. Refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data belong to a demo: set DEMO=1, and never on a site with real people.")
        clinician = make_staff()
        for (email, _), course in zip(SIGN_INS, COURSES, strict=False):
            if not User.objects.filter(email=email).exists():
                make_patient(email, course, clinician)
                self.stdout.write(f"{email}: made")
        if not User.objects.filter(email="new.patient@example.org").exists():
            patient = create_patient("new.patient@example.org", name="Linnet Demo", date_of_birth=BORN, account=ACCOUNT)
            accept_link(propose_link(patient=patient, clinician=clinician, by=clinician.user, is_mailed=False))
        self.stdout.write(f"\nSign in with the password {PASSWORD} as\n")
        for email, who in SIGN_INS:
            self.stdout.write(f"  {email:<30} {who}")


@transaction.atomic
def make_staff() -> Clinician:
    """The two prescribers and the admin, unless they are there."""
    found = Clinician.objects.filter(user__email="prescriber@example.org").first()
    if found:
        return found
    create_account("admin@example.org", Role.ADMIN, **ACCOUNT)
    create_clinician("other.prescriber@example.org", "Dr Wren Demo", account=ACCOUNT)
    return create_clinician("prescriber@example.org", "Dr Finch Demo", account=ACCOUNT)


@transaction.atomic
def make_patient(email: str, course: MadeCourse, clinician: Clinician) -> Patient:
    """One patient with a whole course, linked to the prescriber; all or nothing."""
    patient = create_patient(email, name=course.name, date_of_birth=BORN, account=ACCOUNT)
    accept_link(propose_link(patient=patient, clinician=clinician, by=clinician.user, is_mailed=False))
    yesterday = clock.today(patient) - timedelta(days=1)
    written = {day: (late, answers) for day, late, answers in diary(course, yesterday)}
    treatment = MadeTreatment(patient, course, yesterday)
    for number in range(-course.baseline_days, course.treated_days):
        treatment.live(number)
        day = treatment.day(number)
        if day in written:
            treatment.record(day, *written[day])
    rewrite(patient, now=clock.now())
    return patient
