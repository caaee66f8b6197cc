"""Django's admin, as far as this site has one."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver


class PeopleAdminSite(AdminSite):
    """People and links. One's own password is changed where everybody's is, which mails its owner."""

    site_header = site_title = "LDN Tracker: people and links"
    index_title = "Nothing here opens a diary"
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Without "view on site", which looks up a row of any table by its number, a diary's too."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To the one sign-in page: Django's own here knows no second factor and counts no wrong passwords."""
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To the account's own page."""
        return redirect("account_change_password")
