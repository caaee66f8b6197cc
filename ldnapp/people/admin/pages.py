"""What all pages of the admin have in common."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from ldnapp.people.models import User
from ldnapp.people.reauthentication import has_reauthenticated, led_to_reauthentication, reauthentication_url

from .again import FormThatAsks

ON_A_PAGE = 50
NONE = "–"


def moment(at: datetime | None) -> str:
    """A moment as the admin shows one of a model; Django leaves it raw where a page works it out."""
    return date_format(localtime(at), "DATETIME_FORMAT") if at else NONE


def named(person: Any) -> str:
    """A patient or clinician, or anybody's account, by name and e-mail; many have no name here."""
    user, name = (person, person.person_name) if isinstance(person, User) else (person.user, person.name)
    return f"{name} ({user.email})" if name else str(user.email)


def isolated(words: str) -> str:
    """A name as a list or a message shows it: whatever its script, what stands beside it keeps its order."""
    return format_html("<bdi>{}</bdi>", words)


class Called:
    """A row under the words of its page: Django's messages say str(), which is for logs and names nobody."""

    def __init__(self, row: Any, words: str) -> None:
        self._row, self._words = row, words

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)

    def __str__(self) -> str:
        return self._words

    def __html__(self) -> str:
        return isolated(self._words)


class AdminPages(admin.ModelAdmin):
    """Nothing is deleted, there is no bulk action but ours, and a list is never longer than one page."""

    actions: Any = None
    list_per_page = list_max_show_all = ON_A_PAGE
    empty_value_display = NONE

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def called(self, row: Any) -> str:
        """What the page of a row, and the messages about it, call it."""
        return str(row)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **of: Any) -> HttpResponse:
        row = context["original"]
        called = {"called": self.called(row)} if row else {}
        return super().render_change_form(request, {**context, **called}, *args, **of)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return super().response_add(request, Called(obj, self.called(obj)), post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return super().response_change(request, Called(obj, self.called(obj)))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the page's own filters: Django lets ?dose__isnull=0 through, which tells who takes LDN."""
        return lookup.partition("__")[0] in self.list_filter and super().lookup_allowed(lookup, value, request)


class PagesToRead(AdminPages):
    """Rows that are made elsewhere: read here, and never changed but by an action."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PagesThatAsk(AdminPages):
    """Making one of these changes who can get in: it is asked first who is there."""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if request.method != "POST" and not has_reauthenticated(request):
            return led_to_reauthentication(request)
        return super().add_view(request, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # a class of this request's own
        if issubclass(form, FormThatAsks):
            form.reauthentication_url = reauthentication_url(request)
        return form
