"""The link between a patient and their prescriber, and the note of every look."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from ldnapp.people.models import Clinician, Patient, Role, User


class CareLinkQuerySet(models.QuerySet["CareLink"]):
    """Links by where they stand."""

    def active(self) -> Self:
        """Accepted by the patient and not ended: these, and only these, open a record."""
        return self.filter(accepted_at__isnull=False, ended_at__isnull=True)

    def proposed(self) -> Self:
        """Waiting for the patient's yes or no."""
        return self.filter(accepted_at__isnull=True, ended_at__isnull=True)

    def ended(self) -> Self:
        """Over, newest first: they stay as history."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at")

    def of(self, patient: Patient) -> Self:
        """All links of one patient, with their clinicians."""
        return self.filter(patient=patient).select_related("clinician")


class CareLink(models.Model):
    """Ties one patient to one prescriber: proposed, then active when the patient accepts, then ended."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_links")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="care_links")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.CharField(max_length=9, choices=Role, blank=True, editable=False)  # the role of who ended it

    objects = CareLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["patient"],
                condition=Q(accepted_at__isnull=False, ended_at__isnull=True),
                name="carelink_one_active_per_patient",
                violation_error_message="This patient already has a prescriber.",
            ),
            UniqueConstraint(
                fields=["patient", "clinician"],
                condition=Q(ended_at__isnull=True),
                name="carelink_one_open_per_pair",
                violation_error_message="These two already have a link, or one is proposed.",
            ),
            CheckConstraint(condition=Q(accepted_at__gte=F("proposed_at")), name="carelink_accepted_after_proposed"),
            CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | Q(ended_at__isnull=False, ended_by__in=Role.values),
                name="carelink_end_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"care link {self.pk}"

    @property
    def is_active(self) -> bool:
        """Whether it opens the record at this moment."""
        return self.accepted_at is not None and self.ended_at is None


class Page(models.TextChoices):
    """What kind of page showed a record."""

    CASELOAD = "caseload", "the list of patients"
    COURSE = "course", "your course"


class AccessEvent(models.Model):
    """One look at one record: who, whose, which page, when. People are named by their event ids only."""

    actor = models.UUIDField()
    subject = models.UUIDField(db_index=True)
    page = models.CharField(max_length=20, choices=Page)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"look {self.pk}"


def look(actor: User, patient: Patient, page: Page) -> AccessEvent:
    """An unsaved event: this user looks at this patient's record on this page. The patient's user must be loaded."""
    return AccessEvent(actor=actor.event_id, subject=patient.user.event_id, page=page)
