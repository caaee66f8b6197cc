"""A second factor that was lost: an admin's reset, which takes its time and can be stopped."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from .person import User

WAIT = timedelta(hours=72)  # in which the owner, who was mailed, can stop it by signing in


class FactorReset(models.Model):
    """One person's second factors are to be taken away by an admin's wish, after the wait."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_resets")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )  # staff need two admins
    asked_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "reset of second factors"
        verbose_name_plural = "resets of second factors"
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["user"],
                condition=Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="factorreset_one_open_per_user",
                violation_error_message="A reset has been asked for already.",
            ),
            CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(done_at__isnull=True), name="factorreset_done_or_cancelled"
            ),
            CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="factorreset_two_admins"
            ),
        ]

    def __str__(self) -> str:
        return f"factor reset {self.pk}"

    @property
    def due_at(self) -> datetime:
        """When the wait is over."""
        return self.asked_at + WAIT
