"""What is derived from the record and kept beside it: a summary a patient, and the flags that the rules raised.

Written by summarising.py in the transaction of each write, and rebuilt from nothing by a command. Nothing
here is the only place of anything that a patient wrote.
"""

from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from ldnapp.people.models import Patient

from .record import RecordManager, RecordQuerySet


class SummaryQuerySet(RecordQuerySet["Summary"]):
    """Summaries by whose they are."""


class Summary(models.Model):
    """One row a patient: what a diary page and a caseload row need without reading the whole record."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True)
    # Plan, supply, when-needed medicines, safety answers and baseline, as tracker/sheet.py reads and writes them.
    sheet = models.JSONField()
    first_dose = models.DateField(null=True)  # of the present episode, or of the record where there is none
    last_entry = models.DateField(null=True)
    as_of = models.DateField()  # the diary date on which it was written
    written_at = models.DateTimeField()

    objects = RecordManager.from_queryset(SummaryQuerySet)()

    def __str__(self) -> str:
        return "summary"


class Level(models.TextChoices):
    """How soon a flag wants to be looked at."""

    URGENT = "urgent", "Urgent"
    SOON = "soon", "Soon"
    INFO = "info", "For information"


class FlagQuerySet(RecordQuerySet["Flag"]):
    """Flags by whether they show."""

    def open(self) -> Self:
        """Those that no fact has cleared; none while the clinical rules are off."""
        return self.filter(closed_at__isnull=True) if settings.CLINICAL_RULES else self.none()

    def showing(self, day: date) -> Self:
        """Those that are open and whose days hold this one: what depends on today is kept as dates."""
        begun = Q(shows_from__isnull=True) | Q(shows_from__lte=day)
        return self.open().filter(begun, Q(shows_until__isnull=True) | Q(shows_until__gte=day))


class Flag(models.Model):
    """What a rule of safety.py found. Closing one deletes nothing."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    rule = models.CharField(max_length=4)  # "F1" … "F14", "F1b"
    rule_version = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60, blank=True)  # which of several: a medicine, an effect, a symptom
    level = models.CharField(max_length=6, choices=Level)
    later_level = models.CharField(max_length=6, choices=Level, blank=True)  # from later_from on
    later_from = models.DateField(null=True)
    shows_from = models.DateField(null=True)  # None: at once
    shows_until = models.DateField(null=True)  # the last day; None: until a fact clears it
    facts = models.JSONField()  # what fired it, for the words
    facts_at = models.DateTimeField()  # when the newest of them was written: "reviewed" is about what was there then
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=60, blank=True)

    objects = RecordManager.from_queryset(FlagQuerySet)()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["patient", "rule", "key"], condition=Q(closed_at__isnull=True), name="flag_one_open"
            ),
            CheckConstraint(condition=Q(level__in=Level.values), name="flag_level_is_known"),
            CheckConstraint(
                condition=Q(later_level="", later_from__isnull=True)
                | Q(later_level__in=Level.values, later_from__isnull=False),
                name="flag_later_level_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk}"

    def shows_on(self, day: date) -> bool:
        """Whether its days hold this one; FlagQuerySet.showing asks the same of the database."""
        return (self.shows_from is None or self.shows_from <= day) and (
            self.shows_until is None or day <= self.shows_until
        )

    def level_on(self, day: date) -> str:
        """The level on a day: some become more pressing as a date comes near."""
        if self.later_from is not None and self.later_from <= day:
            return self.later_level
        return self.level

    def is_reviewed(self, reviewed_at: datetime | None) -> bool:
        """Whether the prescriber's mark is newer than every fact of it."""
        return reviewed_at is not None and self.facts_at <= reviewed_at
