"""What has had its time, around looks."""

from datetime import datetime

from ldnapp.people.models.event import PROOF

from .models import AccessEvent


def drop_old_looks(now: datetime) -> int:
    """Delete the looks that are older than proof is kept (the triggers refuse it within eight years); how many."""
    return AccessEvent.objects.filter(at__lte=now - PROOF).delete()[0]
