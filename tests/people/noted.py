"""What was noted, oldest first."""

from typing import Any

from ldnapp.people.models import Event, EventKind


def kinds(**of: Any) -> list[str]:
    """The kinds of all events of which this is so."""
    return list(Event.objects.filter(**of).order_by("pk").values_list("kind", flat=True))


def told(*kinds: EventKind) -> list[tuple[str, str]]:
    """Kind and detail of all events of these kinds (or any)."""
    events = Event.objects.filter(kind__in=kinds) if kinds else Event.objects.all()
    return list(events.order_by("pk").values_list("kind", "detail"))
