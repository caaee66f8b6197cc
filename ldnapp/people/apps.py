"""The people of the site."""

from importlib import import_module

from allauth.usersessions import apps as usersessions
from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.forms import EmailField, Field


class AdminConfig(SimpleAdminConfig):
    """The admin without autodiscovery: only what we register exists there."""

    default_site = "ldnapp.people.admin_site.PeopleAdminSite"


class PeopleConfig(AppConfig):
    default = True  # there are more in this file
    name = "ldnapp.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Put our pages, and no others, into the admin; listen to what packages do to accounts."""
        use_own_words()
        import_module(f"{self.name}.admin")
        import_module(f"{self.name}.signals")


def use_own_words() -> None:
    """Say on every form what Django says stiffly: its fields take these words when a form is made."""
    Field.default_error_messages["required"] = "Please fill this in."
    EmailField.default_error_messages = {"invalid": "This does not look like an e-mail address. Please check it."}


class UserSessionsConfig(usersessions.UserSessionsConfig):
    """allauth's list of sessions without its receivers: ours (signals.py) cost the same with fifty sessions."""

    def ready(self) -> None:
        """Connect nothing."""
