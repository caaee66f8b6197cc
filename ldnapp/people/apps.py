"""The people of the site."""

from importlib import import_module

from allauth.usersessions import apps as usersessions
from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class AdminConfig(SimpleAdminConfig):
    """The admin without autodiscovery: only what we register exists there."""

    default_site = "ldnapp.people.admin_site.PeopleAdminSite"


class PeopleConfig(AppConfig):
    default = True  # there are more in this file
    name = "ldnapp.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Put our pages, and no others, into the admin; listen to what packages do to accounts."""
        import_module(f"{self.name}.admin")
        import_module(f"{self.name}.signals")


class UserSessionsConfig(usersessions.UserSessionsConfig):
    """allauth's list of sessions without its receivers: ours (signals.py) cost the same with fifty sessions."""

    def ready(self) -> None:
        """Connect nothing."""
