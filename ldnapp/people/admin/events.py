"""What happened around accounts, links and invitations, to read. Looks at a record are its patient's to read."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from ldnapp.people.models import Event, User

from .pages import NONE, PagesToRead

GONE = "someone whose account is gone"
SHOWN = 40  # characters of a detail in the list: the digest of a consent is longer, and is on the event's own page
SIDES = ("actor", "subject", "other")


def people_of(events: list[Event]) -> dict[UUID, User]:
    """Who is meant by the events' random ids, of those who still have an account: one query."""
    ids = {getattr(event, side) for event in events for side in SIDES} - {None}
    found = User.objects.filter(event_id__in=ids).select_related("patient", "clinician")
    return {user.event_id: user for user in found}


def about(text: str) -> QuerySet[Any]:
    """The event ids of people whose name or e-mail address has this text in it."""
    named = Q(email__icontains=text) | Q(patient__name__icontains=text) | Q(clinician__name__icontains=text)
    return User.objects.filter(named).values("event_id")


class EventList(ChangeList):
    """A page of events that know who they are about."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        events: list[Any] = list(self.result_list)
        people = people_of(events)
        for event in events:
            event.people = people
        self.result_list: Any = events


@admin.register(Event)
class EventAdmin(PagesToRead):
    """Read only: the database itself refuses to change an event."""

    fields = ("at", "kind", "who", "whom", "other_side", "address", "detail", "kept_until")
    list_display = ("at", "kind", "who", "whom", "other_side", "address", "more")
    list_filter = ("kind", "at")
    date_hierarchy = "at"
    ordering = ("-at",)
    search_fields = ("actor", "subject", "other")  # see get_search_results: people are found, not ids
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return EventList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Events in which someone of this name or address has any part."""
        text = search_term.strip()
        if not text:
            return queryset, False
        ids = about(text)
        return queryset.filter(Q(actor__in=ids) | Q(subject__in=ids) | Q(other__in=ids)), False

    @admin.display(description="Who")
    def who(self, event: Event) -> str:
        return self._name(event, event.actor)

    @admin.display(description="Whom it is about")
    def whom(self, event: Event) -> str:
        return self._name(event, event.subject)

    @admin.display(description="Other side")
    def other_side(self, event: Event) -> str:
        return self._name(event, event.other)

    @admin.display(description="Detail")
    def more(self, event: Event) -> str:
        return Truncator(event.detail).chars(SHOWN)

    def _name(self, event: Any, event_id: UUID | None) -> str:
        if event_id is None:
            return NONE
        people = getattr(event, "people", None)
        user = (people_of([event]) if people is None else people).get(event_id)
        if user is None:
            return GONE
        name = user.person_name
        return format_html("<bdi>{}</bdi> ({})", name, user.email) if name else user.email
