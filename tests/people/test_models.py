"""What the database holds of people, and what it refuses."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ldnapp.people.models import Patient, Role, User, age_on, must_be_adult
from tests.factories import ClinicianFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["", "nurse", "Patient", "patient,admin"])
def test_a_user_has_one_of_three_roles(role: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(role=role[:9])


def test_a_theme_is_light_dark_or_the_phones() -> None:
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(theme="pink")


@pytest.mark.parametrize(
    ("end", "is_kept"), [(time(0), True), (time(12), True), (time(12, 1), False), (time(16), False)]
)
def test_a_day_ends_between_midnight_and_noon(end: time, is_kept: bool) -> None:
    """P69: a day end of 16:00 would read as another day."""
    patient = PatientFactory()
    try:
        with transaction.atomic():
            Patient.objects.filter(pk=patient.pk).update(day_end=end)
    except IntegrityError:
        assert not is_kept
    else:
        assert is_kept


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1979, 3, 14), date(2026, 3, 13), 46),
        (date(1979, 3, 14), date(2026, 3, 14), 47),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_a_patient_is_eighteen_or_over() -> None:
    must_be_adult(date(2008, 11, 24))
    with pytest.raises(ValidationError, match="18 or over") as refused:
        must_be_adult(date(2008, 11, 25))
    assert refused.value.code == "under_age"


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("born", [date(2026, 11, 25), date(1905, 11, 24)])
def test_a_patient_is_alive(born: date) -> None:
    """A slip of the finger in the year, in an admin's form as at sign-up."""
    must_be_adult(date(1905, 11, 25))
    with pytest.raises(ValidationError, match="check the year") as refused:
        must_be_adult(born)
    assert refused.value.code == "unlikely"


def test_an_address_is_kept_in_lower_case_and_belongs_to_one_account() -> None:
    user = User.objects.create_user("  Ash.Person@Example.ORG ", role=Role.PATIENT)
    assert user.email == "ash.person@example.org"
    assert User.objects.get_by_natural_key("ASH.person@example.org") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ash.person@example.org", role=Role.ADMIN)


def test_an_account_without_a_password_lets_nobody_in() -> None:
    user = User.objects.create_user("new@example.org", role=Role.PATIENT)
    assert not user.has_usable_password()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("is_active", [True, False])
def test_only_an_active_admin_is_staff_and_has_permissions(role: Role, is_active: bool) -> None:
    """P79: one role decides; nothing adds up."""
    user = UserFactory(role=role, is_active=is_active)
    may = role == Role.ADMIN and is_active
    assert (user.is_staff, user.has_perm("people.add_patient"), user.has_module_perms("people")) == (may, may, may)


def test_what_people_are_called_in_logs_holds_no_name_or_address() -> None:
    patient, clinician = PatientFactory(name="Ash Person"), ClinicianFactory(name="Dr Finch")
    for row in (patient, patient.user, clinician, clinician.user):
        for told in ("Ash", "Finch", "@", str(patient.pk)):
            assert told not in str(row)


@pytest.mark.parametrize("name", ["", "ש" * 200, "A" * 200])
def test_any_name_or_none_is_kept_as_written(name: str) -> None:
    """P82."""
    patient = PatientFactory(name=name)
    patient.full_clean()
    patient.refresh_from_db()
    assert patient.name == name


def test_a_moment_is_shown_on_the_patients_own_clock() -> None:
    patient = PatientFactory(time_zone="Pacific/Kiritimati")  # UTC+14
    shown = patient.wall_clock(datetime(2026, 3, 1, 20, 15, tzinfo=UTC))
    assert shown == datetime(2026, 3, 2, 10, 15)  # noqa: DTZ001  (naive, so that no template moves it again)
