"""What happened around accounts, links and invitations: written once, never changed, never about health."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

ATTACK_TRACES = timedelta(days=90)
PROOF = timedelta(days=8 * 365 + 2)  # eight years, as the law of records asks for proof of who could look


class EventKind(models.TextChoices):
    """Everything that is noted. A name never changes its meaning: old events keep it."""

    SIGNED_IN = "signed_in", "signed in"
    SIGN_IN_FAILED = "sign_in_failed", "sign-in refused"
    SIGNED_OUT = "signed_out", "signed out"
    SESSION_ENDED = "session_ended", "ended another session"
    ACCOUNT_MADE = "account_made", "account made"
    ACCOUNT_LOCKED = "account_locked", "account locked"
    ACCOUNT_UNLOCKED = "account_unlocked", "account unlocked"
    PERSON_CHANGED = "person_changed", "details of a person changed"
    PASSWORD_MAILED = "password_mailed", "link to set a password mailed"
    PASSWORD_CHANGED = "password_changed", "password changed"
    EMAIL_CHANGED = "email_changed", "e-mail address changed"
    FACTOR_ADDED = "factor_added", "second factor added"
    FACTOR_REMOVED = "factor_removed", "second factor removed"
    RECOVERY_CODE_USED = "recovery_code_used", "recovery code used"
    FACTOR_RESET_ASKED = "factor_reset_asked", "reset of second factors asked for"
    FACTOR_RESET_APPROVED = "factor_reset_approved", "reset of second factors approved"
    FACTOR_RESET_CANCELLED = "factor_reset_cancelled", "reset of second factors cancelled"
    FACTOR_RESET_DONE = "factor_reset_done", "second factors reset"
    DAYS_CHANGED = "days_changed", "time zone or end of day changed"
    LINK_PROPOSED = "link_proposed", "link proposed"
    LINK_ACCEPTED = "link_accepted", "link accepted"
    LINK_DECLINED = "link_declined", "link declined"
    LINK_ENDED = "link_ended", "link ended"
    CONSENT_GIVEN = "consent_given", "agreed to the words on sharing"
    INVITATION_SENT = "invitation_sent", "invitation sent"
    INVITATION_RESENT = "invitation_resent", "invitation sent again"
    INVITATION_WITHDRAWN = "invitation_withdrawn", "invitation withdrawn"
    INVITATION_OPENED = "invitation_opened", "invitation opened"
    INVITATION_ACCEPTED = "invitation_accepted", "invitation accepted"
    INVITATION_DECLINED = "invitation_declined", "invitation declined"
    DATA_DOWNLOADED = "data_downloaded", "own data downloaded"
    LEAVING_ASKED = "leaving_asked", "asked to be deleted"
    LEAVING_UNDONE = "leaving_undone", "deletion undone"
    ERASED = "erased", "account and record erased"


def proof_until() -> datetime:
    """Until when an event of today is kept as proof."""
    return timezone.now() + PROOF


class Event(models.Model):
    """One thing that happened: who did it, to whom, when. People are named by their event ids only.

    The database refuses every UPDATE, and a DELETE before ``kept_until`` (append_only.py).
    """

    kind = models.CharField(max_length=30, choices=EventKind, db_index=True)
    actor = models.UUIDField(null=True, db_index=True)  # None: nobody who was signed in
    subject = models.UUIDField(null=True, db_index=True)  # whose account, link or invitation it is about
    other = models.UUIDField(null=True)  # the other side of a link
    detail = models.CharField(max_length=100, blank=True)  # a word of ours, never typed by anyone
    address = models.GenericIPAddressField(null=True)  # of sign-ins only
    at = models.DateTimeField(default=timezone.now, db_index=True)
    kept_until = models.DateTimeField(default=proof_until, db_index=True)

    def __str__(self) -> str:
        return f"event {self.pk}"
