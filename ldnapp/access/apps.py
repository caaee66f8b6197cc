"""Who may see whose record."""

from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ldnapp.access"
    verbose_name = "Access"

    def ready(self) -> None:
        """Put our pages, and no others, into the admin."""
        import_module(f"{self.name}.admin")
