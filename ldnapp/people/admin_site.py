"""Django's admin, as far as this site has one."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver


class NamedChoices(AutocompleteJsonView):
    """Who a link is for, by name and e-mail: str() names nobody, and "patient 7" can't be told from "patient 9"."""

    def get_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset().select_related("user")
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": f"{obj.name} ({obj.user.email})"}


class PeopleAdminSite(AdminSite):
    """People and links. One's own password is changed where everybody's is, which mails its owner."""

    site_header = site_title = "LDN Tracker: people and links"
    index_title = "Nothing here opens a diary. All times are UTC."
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Without "view on site", which looks up a row of any table by its number, a diary's too."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Choices of a link, by name."""
        return NamedChoices.as_view(admin_site=self)(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To the one sign-in page: Django's own here knows no second factor and counts no wrong passwords."""
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To the account's own page."""
        return redirect("account_change_password")
