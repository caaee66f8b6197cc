"""The treatment: the dose that a patient usually takes, as the prescriber decided."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q

from ldnapp.people.models import Patient
from tracker.dose import MAX_MG, MIN_MG

from .diary import Timing
from .record import RecordManager, RecordQuerySet, kept_history


class UsualDoseQuerySet(RecordQuerySet["UsualDose"]):
    """Usual doses by whose they are."""

    def for_diary(self, patient: Patient) -> "UsualDose | None":
        """What the diary offers this patient as one tap; None before the first dose."""
        return self.of(patient).first()


class UsualDose(models.Model):
    """What the diary offers as one tap. Changing it changes no day that was written."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True)
    amount_mg = models.DecimalField(max_digits=4, decimal_places=2)
    timing = models.CharField(max_length=7, choices=Timing)

    objects = RecordManager.from_queryset(UsualDoseQuerySet)()
    history = kept_history()

    class Meta:
        constraints: ClassVar = [
            CheckConstraint(condition=Q(amount_mg__range=(MIN_MG, MAX_MG)), name="usual_dose_within_bounds"),
            CheckConstraint(condition=Q(timing__in=Timing.values), name="usual_dose_timing_is_known"),
        ]

    def __str__(self) -> str:
        return "usual dose"
