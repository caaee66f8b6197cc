"""The people of the site."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class AdminConfig(SimpleAdminConfig):
    """The admin without autodiscovery: only what we register exists there."""

    default_site = "ldnapp.people.admin_site.PeopleAdminSite"


class PeopleConfig(AppConfig):
    default = True  # there are two in this file
    name = "ldnapp.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Put our pages, and no others, into the admin."""
        import_module(f"{self.name}.admin")
