"""The link between a patient and their prescriber."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q, UniqueConstraint
from django.utils import timezone

from ldnapp.people.models import Clinician, Patient, Role

OPEN = Q(ended_at__isnull=True)  # proposed or active
ACTIVE = Q(accepted_at__isnull=False, ended_at__isnull=True)


class CareLinkQuerySet(models.QuerySet["CareLink"]):
    """Links by where they stand."""

    def open(self) -> Self:
        """Not ended: proposed or active."""
        return self.filter(OPEN)

    def active(self) -> Self:
        """Accepted by the patient and not ended: these, and only these, open a record."""
        return self.filter(ACTIVE)

    def proposed(self) -> Self:
        """Waiting for the patient's yes or no."""
        return self.open().filter(accepted_at__isnull=True)

    def answerable(self) -> Self:
        """Proposed, and still meant: by a prescriber who may sign in, and in a transfer through one who can look."""
        passed_on = CareLink.objects.active().filter(
            patient=OuterRef("patient"), clinician=OuterRef("proposed_through"), clinician__user__is_active=True
        )
        is_meant = Q(proposed_through__isnull=True) | Exists(passed_on)
        return self.proposed().filter(is_meant, clinician__user__is_active=True)

    def ended(self) -> Self:
        """Over, newest first: they stay as history."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")

    def of(self, patient: Patient) -> Self:
        """All links of one patient, with the people on both sides."""
        return self.filter(patient=patient).select_related("clinician__user", "patient__user", "proposed_through")


class CareLink(models.Model):
    """Ties one patient to one prescriber: proposed, then active when the patient accepts, then ended."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_links")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="care_links")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    # The version of the words on sharing that the patient last agreed to (consent.py), and when.
    consent_version = models.PositiveSmallIntegerField(null=True, editable=False)
    consented_at = models.DateTimeField(null=True, editable=False)
    # The prescriber who asked the patient to go to this colleague; None where nobody's patient was asked.
    proposed_through = models.ForeignKey(
        Clinician, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.CharField(max_length=9, choices=Role, blank=True, editable=False)  # the role of who ended it

    objects = CareLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["patient"],
                condition=ACTIVE,
                name="carelink_one_active_per_patient",
                violation_error_message="This patient already has a prescriber.",
            ),
            UniqueConstraint(
                fields=["patient", "clinician"],
                condition=OPEN,
                name="carelink_one_open_per_pair",
                violation_error_message="These two already have a link, or one is proposed.",
            ),
            CheckConstraint(condition=Q(accepted_at__gte=F("proposed_at")), name="carelink_accepted_after_proposed"),
            CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(consent_version__isnull=False, consented_at__isnull=False),
                name="carelink_accepted_with_consent",
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | Q(ended_at__isnull=False, ended_by__in=Role.values),
                name="carelink_end_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"care link {self.pk}"

    def clean(self) -> None:
        """Refuse a proposal to someone who has asked to be deleted: nobody is to see their diary any more."""
        patient = getattr(self, "patient", None)  # a form that chose nobody has none
        if patient and patient.leaving_at and self.accepted_at is None:
            raise ValidationError("This patient has asked to be deleted. Nothing can be proposed to them.")

    @property
    def is_active(self) -> bool:
        """Whether it opens the record at this moment."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for the patient's yes or no."""
        return self.accepted_at is None and self.ended_at is None
