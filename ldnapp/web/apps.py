"""What is the whole site's: home, health, error pages, middleware."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ldnapp.web"
    verbose_name = "Site"
