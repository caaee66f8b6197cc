"""The prescriber's pages. This app owns no data."""

from django.apps import AppConfig


class ClinicianConfig(AppConfig):
    name = "clinician"
    verbose_name = "Prescriber's pages"
