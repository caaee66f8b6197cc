"""Who there is: users, and what a patient or a clinician is beside an account.

A user is a patient, a clinician or an admin, never two. The condition that someone lives with is
health data and belongs to the record, not here.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from ldnapp.people.addresses import normalised
from ldnapp.people.countries import COUNTRIES
from ldnapp.people.zones import DEFAULT_ZONE, validate_zone

ADULT_AGE, OLDEST_AGE = 18, 120  # years
DEFAULT_DAY_END = time(3, 0)
LATEST_DAY_END = time(12, 0)


class Role(models.TextChoices):
    """The one role of a user."""

    PATIENT = "patient", "Patient"
    CLINICIAN = "clinician", "Clinician"
    ADMIN = "admin", "Admin"


class Theme(models.TextChoices):
    """Light or dark; unset follows the phone."""

    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class UserManager(BaseUserManager["User"]):
    """Makes users; without a password the account waits for its set-password mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user."""
        user = self.model(email=normalised(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalised(username or ""))


class User(AbstractBaseUser):
    """An account: an e-mail address, a password and one role."""

    email = models.EmailField("e-mail", unique=True)
    role = models.CharField(max_length=9, choices=Role)
    is_active = models.BooleanField("may sign in", default=True)
    is_demo = models.BooleanField(default=False, editable=False)  # can't sign in outside a demo
    theme = models.CharField("light or dark", max_length=5, choices=Theme, blank=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    # Part of what each session is checked against: one more, and all of them are over.
    session_round = models.PositiveIntegerField(default=0, editable=False)
    # What events call this person. Deleting the user deletes the only map from it to them.
    event_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            CheckConstraint(condition=Q(role__in=Role.values), name="user_has_one_role"),
            CheckConstraint(condition=Q(theme__in=["", *Theme.values]), name="user_theme_is_known"),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"  # ends up in logs and in the admin's history: no name, no e-mail

    @property
    def person_name(self) -> str:
        """The name of the patient or clinician that this user is; "" where there is none (admins)."""
        person = getattr(self, "patient", None) or getattr(self, "clinician", None)
        return person.name if person else ""

    @property
    def open_reset(self) -> Any:
        """The reset of this user's second factors that waits; None where none does. Costs a query where it is asked."""
        return self.factor_resets.filter(cancelled_at__isnull=True, done_at__isnull=True).first()

    @property
    def is_staff(self) -> bool:
        """Django's word for "may open the admin": derived from the role, so that the two can't differ."""
        return self.role == Role.ADMIN and self.is_active

    def get_session_auth_hash(self) -> str:
        """What a session has to hold to be this user's: another password or round ends it."""
        return f"{super().get_session_auth_hash()}-{self.session_round}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same by each earlier secret key."""
        for each in super().get_session_auth_fallback_hash():
            yield f"{each}-{self.session_round}"

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Admins may do in the admin what its pages offer; nobody has any other permission."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """As has_perm."""
        return self.is_staff


def must_be_adult(born: date) -> None:
    """Refuse the date of birth of nobody alive, or of someone under 18 today (UTC: within a day is near enough).

    A form can word either by its code.
    """
    age = age_on(born, datetime.now(UTC).date())
    if not 0 <= age <= OLDEST_AGE:
        raise ValidationError("Please check the year.", code="unlikely")
    if age < ADULT_AGE:
        raise ValidationError("A patient must be 18 or over.", code="under_age")


def age_on(born: date, day: date) -> int:
    """Whole years from the date of birth to this day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Patient(models.Model):
    """What the site knows of a patient besides the record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="patient")
    name = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(validators=[must_be_adult])
    country = models.CharField(max_length=2, choices=COUNTRIES, default="GB")
    time_zone = models.CharField(max_length=64, default=DEFAULT_ZONE, validators=[validate_zone])
    day_end = models.TimeField(default=DEFAULT_DAY_END)
    leaving_at = models.DateTimeField(null=True, editable=False)  # when they asked to be deleted; None: they stay

    class Meta:
        constraints: ClassVar = [
            CheckConstraint(condition=Q(day_end__lte=LATEST_DAY_END), name="patient_day_ends_by_noon"),
        ]

    def __str__(self) -> str:
        return f"patient {self.user_id}"  # no name, and not the UUID of a URL

    @property
    def zone(self) -> ZoneInfo:
        """The patient's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def days_words(self) -> str:
        """Where this patient's days begin and end, for an event: "Europe/London 03:00"."""
        return f"{self.time_zone} {self.day_end:%H:%M}"

    def wall_clock(self, moment: datetime) -> datetime:
        """This moment as the patient's clock shows it: naive, so that no template moves it once more."""
        return moment.astimezone(self.zone).replace(tzinfo=None)


class Clinician(models.Model):
    """A prescriber: what patients are shown of them."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="clinician")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"clinician {self.user_id}"  # no name
