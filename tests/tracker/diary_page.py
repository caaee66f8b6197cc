"""The diary page as a browser without JavaScript uses it: open it, change some fields, send them."""

from datetime import date
from typing import Any

from django.test import Client

from tests.pages import form_of


def path_of(day: date) -> str:
    """The page of one diary date."""
    return f"/diary/{day.isoformat()}/"


def fields_of(client: Client, day: date, **changed: Any) -> dict[str, str]:
    """What the page of this day would send after these fields were changed."""
    return {**form_of(client.get(path_of(day))), **{name: str(value) for name, value in changed.items()}}


def send(client: Client, day: date, **changed: Any) -> Any:
    """Open the page of this day, change these fields and send it."""
    return client.post(path_of(day), fields_of(client, day, **changed))
