"""The record, and the patient's pages."""

from importlib import import_module

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "Record"

    def ready(self) -> None:
        """Register the checks of the claims."""
        import_module("tracker.checks")
