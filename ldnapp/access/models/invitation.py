"""An invitation by e-mail: a prescriber asks someone to share their diary."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone

from ldnapp.people.models import Clinician

from .link import CareLink

LIFE = timedelta(days=14)
OPEN = Q(withdrawn_at__isnull=True, accepted_at__isnull=True, declined_at__isnull=True)


class InvitationState(models.TextChoices):
    """Where an invitation stands, in the words of the prescriber's page."""

    PENDING = "pending", "Pending"
    RESENT = "resent", "Sent again"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    ACCEPTED = "accepted", "Accepted"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by where they stand."""

    def open(self) -> Self:
        """Neither answered nor withdrawn; expired or not."""
        return self.filter(OPEN)

    def usable(self, now: datetime) -> Self:
        """Open, not expired, and of a prescriber who may still sign in: only these lead anywhere."""
        return self.open().filter(expires_at__gt=now, clinician__user__is_active=True)


class Invitation(models.Model):
    """One prescriber's invitation to one address. Link and code are kept as hashes: nobody can read them here."""

    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(blank=True)  # emptied 30 days after the invitation is over
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # the last time
    times_sent = models.PositiveSmallIntegerField(default=1, editable=False)
    expires_at = models.DateTimeField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    declined_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    link = models.OneToOneField(CareLink, null=True, on_delete=models.SET_NULL, editable=False)  # once opened

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            UniqueConstraint(
                fields=["clinician", "email"],
                condition=OPEN & ~Q(email=""),
                name="invitation_one_open_per_address",
                violation_error_message="You have invited this address already.",
            ),
            CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after_sent"),
            CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, declined_at__isnull=True)
                | Q(withdrawn_at__isnull=True, accepted_at__isnull=True)
                | Q(declined_at__isnull=True, accepted_at__isnull=True),
                name="invitation_has_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def over_at(self) -> datetime | None:
        """When it was answered or withdrawn; None while it is open."""
        return self.accepted_at or self.declined_at or self.withdrawn_at

    @property
    def can_be_resent(self) -> bool:
        """Whether it can be sent again or withdrawn: expired or not, as long as it is open and has its address."""
        return self.over_at is None and bool(self.email)

    def state(self, now: datetime) -> InvitationState:
        """Where it stands at this moment."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.declined_at:
            return InvitationState.DECLINED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        if now >= self.expires_at:
            return InvitationState.EXPIRED
        return InvitationState.RESENT if self.times_sent > 1 else InvitationState.PENDING
