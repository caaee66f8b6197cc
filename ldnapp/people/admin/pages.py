"""What all pages of the admin have in common."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from ldnapp.people.again import was_shown, way_to_show

from .again import FormThatAsks, led_to_show

ON_A_PAGE = 50
NONE = "–"


def moment(at: datetime | None) -> str:
    """A moment as the admin shows one of a model; Django leaves it raw where a page works it out."""
    return date_format(localtime(at), "DATETIME_FORMAT") if at else NONE


class AdminPages(admin.ModelAdmin):
    """Nothing is deleted, there is no bulk action but ours, and a list is never longer than one page."""

    actions: Any = None
    list_per_page = list_max_show_all = ON_A_PAGE
    empty_value_display = NONE

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

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
        if request.method != "POST" and not was_shown(request):
            return led_to_show(request)
        return super().add_view(request, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # a class of this request's own
        if issubclass(form, FormThatAsks) and not was_shown(request):
            form.way_to_show = way_to_show(request)
        return form
