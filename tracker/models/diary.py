"""The diary: one patient's answers for one diary date, and the doses of that date."""

from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from ldnapp.people.models import Patient
from tracker.days import Written, written
from tracker.dose import MAX_MG, MIN_MG
from tracker.plan import MOST_DOSES
from tracker.symptoms import BEST, SYMPTOMS, WORST, Symptom

from .record import RecordManager, RecordQuerySet, kept_history

ONE_IS_ENOUGH = "Tap at least one answer. One is enough."
NOTE_MAX = 2000  # characters
REASON_MAX = 200


class DoseStatus(models.TextChoices):
    """What was recorded about the dose; empty is "not recorded", which is never "not taken"."""

    TAKEN = "taken", "Taken"
    SKIPPED = "skipped", "Not taken"


class Timing(models.TextChoices):
    """When on the day a dose was taken."""

    BEDTIME = "bedtime", "Bedtime"
    MORNING = "morning", "Morning"
    OTHER = "other", "Another time"


def score_field(symptom: Symptom) -> "models.Field[int | None, int | None]":
    """The column of one symptom: 0-10, NULL where not answered."""
    return models.PositiveSmallIntegerField(symptom.label, null=True, blank=True, validators=[MaxValueValidator(WORST)])


class SymptomScores(models.Model):
    """One column a symptom, derived from the symptom model."""

    class Meta:
        abstract = True

    def score(self, symptom: Symptom) -> int | None:
        """0-10, or None where not answered. The one way to read a score: mypy can't see the derived columns."""
        score: int | None = getattr(self, symptom.key)
        return score


for _symptom in SYMPTOMS:
    SymptomScores.add_to_class(_symptom.key, score_field(_symptom))


class DiaryEntryQuerySet(RecordQuerySet["DiaryEntry"]):
    """Entries by their diary dates."""

    def on(self, day: date) -> "DiaryEntry | None":
        """The entry of this date, or None."""
        return self.filter(diary_date=day).first()

    def between(self, first: date, last: date) -> Self:
        """Entries of these diary dates, both ends included."""
        return self.filter(diary_date__range=(first, last))


class DiaryEntry(SymptomScores):
    """One patient's answers for one diary date. A blank answer is "not answered", never zero."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    diary_date = models.DateField()  # in the patient's zone and day end: see days.diary_date()
    dose_status = models.CharField(max_length=7, choices=DoseStatus, blank=True)
    dose_skip_reason = models.CharField(max_length=REASON_MAX, blank=True)
    side_effects = models.JSONField(null=True)  # None: not recorded, []: none that day; see effects.from_json
    as_needed = models.JSONField(null=True)  # numbers of the when-needed medicines taken that day; None: none ticked
    note = models.TextField(max_length=NOTE_MAX, blank=True)

    version = models.PositiveIntegerField(default=1)  # a save says which version it started from
    time_zone = models.CharField(max_length=64)  # the patient's when it was first written
    written_on = models.DateField()  # the diary date on which it was first written
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = RecordManager.from_queryset(DiaryEntryQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["patient", "diary_date"], name="diary_one_entry_per_date"),
            CheckConstraint(
                condition=reduce(
                    or_,
                    (Q((f"{symptom.key}__isnull", False)) for symptom in SYMPTOMS),
                    ~Q(dose_status="") | ~Q(note="") | Q(side_effects__isnull=False) | Q(as_needed__isnull=False),
                ),
                name="diary_at_least_one_answer",
                violation_error_message=ONE_IS_ENOUGH,
            ),
            CheckConstraint(condition=Q(dose_status__in=["", *DoseStatus.values]), name="diary_dose_status_is_known"),
            *(
                CheckConstraint(
                    condition=Q((f"{symptom.key}__range", (BEST, WORST))), name=f"diary_{symptom.key}_0_to_10"
                )
                for symptom in SYMPTOMS
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"  # ends up in logs: no name, no score

    @property
    def written(self) -> Written:
        """How long after its day it was first written."""
        return written(self.diary_date, self.written_on)


class DoseQuerySet(RecordQuerySet["Dose"]):
    """Doses by their diary dates."""

    def on(self, day: date) -> Self:
        """The doses of this date, in the order of their slots."""
        return self.filter(diary_date=day).order_by("slot")

    def between(self, first: date, last: date) -> Self:
        """Doses of these diary dates, both ends included."""
        return self.filter(diary_date__range=(first, last))


class Dose(models.Model):
    """One dose that was taken on one diary date. A row is there only for what was taken."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    diary_date = models.DateField()
    slot = models.PositiveSmallIntegerField(default=1)  # 1 unless the day's dose was split
    amount_mg = models.DecimalField(max_digits=4, decimal_places=2, null=True)  # None: taken, amount not given
    timing = models.CharField(max_length=7, choices=Timing, blank=True)
    ml = models.DecimalField(max_digits=4, decimal_places=2, null=True)  # of a liquid, as it was measured
    mg_per_ml = models.DecimalField(max_digits=4, decimal_places=2, null=True)  # the bottle's strength that day

    objects = RecordManager.from_queryset(DoseQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(fields=["patient", "diary_date", "slot"], name="dose_one_per_slot"),
            CheckConstraint(condition=Q(amount_mg__range=(MIN_MG, MAX_MG)), name="dose_within_bounds"),
            CheckConstraint(condition=Q(timing__in=["", *Timing.values]), name="dose_timing_is_known"),
            CheckConstraint(condition=Q(slot__range=(1, MOST_DOSES)), name="dose_at_most_four_a_day"),
            CheckConstraint(
                condition=Q(ml__isnull=True, mg_per_ml__isnull=True)
                | Q(amount_mg__isnull=False, ml__isnull=False, mg_per_ml__isnull=False) & Q(ml__gt=0, mg_per_ml__gt=0),
                name="dose_ml_has_a_strength",
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.pk}"
