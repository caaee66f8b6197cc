"""Django's admin, as far as this site has one."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect


class PeopleAdminSite(AdminSite):
    """People and links. One's own password is changed where everybody's is, which mails its owner."""

    site_header = site_title = "LDN Tracker: people and links"
    index_title = "Nothing here opens a diary"
    enable_nav_sidebar = False

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To the account's own page."""
        return redirect("account_change_password")
