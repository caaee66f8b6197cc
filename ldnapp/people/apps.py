"""The people of the site."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ldnapp.people"
    verbose_name = "People"

    def ready(self) -> None:
        """Put our pages, and no others, into the admin."""
        import_module(f"{self.name}.admin")
