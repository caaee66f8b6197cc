"""The prescriber's mark: I have looked at what is flagged of this patient."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import models

from ldnapp.people.models import Clinician, Patient, User


class FlagReviewQuerySet(models.QuerySet["FlagReview"]):
    """Marks by whose they are."""

    def newest(self, clinician: Clinician, patient: Patient) -> datetime | None:
        """When this prescriber last marked this patient's flags as looked at; None where never."""
        found = self.filter(clinician=clinician, patient=patient).order_by("-reviewed_at").first()
        return found.reviewed_at if found else None


class FlagReview(models.Model):
    """Who looked at whose flags, and when. A flag whose facts are newer is new again."""

    clinician = models.ForeignKey(Clinician, on_delete=models.CASCADE)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE)
    reviewed_at = models.DateTimeField()

    objects = FlagReviewQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patient", "clinician", "reviewed_at"], name="review_by_patient")]

    def __str__(self) -> str:
        return f"review {self.pk}"


def newest_of(user: User, patients: Sequence[Patient]) -> dict[object, datetime]:
    """When this user last marked each of these patients, by their ids: one query for all."""
    marks = FlagReview.objects.filter(clinician__user=user, patient__in=patients)
    return dict(marks.values_list("patient_id").annotate(last=models.Max("reviewed_at")))
