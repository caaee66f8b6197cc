"""One SHA-256 over a day's events and looks, to be sent away: who changes the database later can't change that."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model
from django.utils import timezone

from ldnapp.access.models import AccessEvent
from ldnapp.people.models import Event

TABLES: tuple[type[Model], ...] = (Event, AccessEvent)


def lines(day: date) -> Iterator[str]:
    """The day's rows (UTC) in the order in which they were written, each as JSON: the same with every database."""
    begin = datetime.combine(day, time.min, UTC)
    for model in TABLES:
        rows = model._default_manager.filter(at__gte=begin, at__lt=begin + timedelta(days=1)).order_by("pk")
        for row in rows.values().iterator():
            yield json.dumps([model._meta.db_table, *sorted(row.items())], default=_text)


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


def digest(day: date) -> str:
    """SHA-256 over these lines; a day without any has one too."""
    hashed = sha256()
    for line in lines(day):
        hashed.update(f"{line}\n".encode())
    return hashed.hexdigest()


class Command(BaseCommand):
    help = "Print one SHA-256 over all events and looks of a day (UTC; yesterday unless --day says another)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="such as 2026-11-30")

    def handle(self, *args: Any, day: date | None = None, **options: Any) -> None:
        today = timezone.now().astimezone(UTC).date()
        chosen = day or today - timedelta(days=1)
        if chosen >= today:
            raise CommandError("This day is not over: its digest would change.")
        self.stdout.write(f"{chosen} {digest(chosen)}")
