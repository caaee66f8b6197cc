"""Names of those whom events and looks mean by a random id."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from .models import Clinician


def names_of(event_ids: Iterable[UUID | None]) -> Mapping[UUID | None, str]:
    """The names of the clinicians with these event ids who still have an account: one query."""
    known = {each for each in event_ids if each is not None}
    found = Clinician.objects.filter(user__event_id__in=known)
    return dict(found.values_list("user__event_id", "name"))
