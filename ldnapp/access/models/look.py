"""The note of every look."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from ldnapp.people.models import Patient, User


class Page(models.TextChoices):
    """What kind of page showed a record, in the words of the patient's list: someone looked at …"""

    CASELOAD = "caseload", "your line in their list of patients"
    COURSE = "course", "your course"


class AccessEvent(models.Model):
    """One look at one record: who, whose, which page, when. People are named by their event ids only.

    The database refuses every UPDATE, and a DELETE within eight years (people/append_only.py).
    """

    actor = models.UUIDField()
    subject = models.UUIDField()
    page = models.CharField(max_length=20, choices=Page)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "at"], name="look_by_subject_and_time")]

    def __str__(self) -> str:
        return f"look {self.pk}"


def look(actor: User, patient: Patient, page: Page) -> AccessEvent:
    """An unsaved event: this user looks at this patient's record on this page. The patient's user must be loaded."""
    return AccessEvent(actor=actor.event_id, subject=patient.user.event_id, page=page)
