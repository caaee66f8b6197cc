"""What has to happen by the clock: erasures that are due, resets that have waited, and what has had its time."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from ldnapp.access.invitations import forget_old
from ldnapp.access.looks import drop_old_looks
from ldnapp.people.devices import drop_ended
from ldnapp.people.factor_resets import do_due_resets
from ldnapp.people.one_by_one import FAILURES, SomeFailed
from ldnapp.people.tidying import drop_old_events, drop_unverified
from ldnapp.people.traces import forget_old_mails
from tracker.erasure import erase_leavers, overwrite_what_was_erased

MAILS_LIE = timedelta(days=30)  # where mails are files, they go as logs do
logger = logging.getLogger(__name__)


def end_expired_sessions(now: datetime) -> int:
    """Delete sessions past their time, which may hold what someone had typed, and forget their devices."""
    expired: int = Session.objects.filter(expire_date__lte=now).delete()[0]
    drop_ended()
    return expired


def drop_expired_counters(now: datetime) -> int:
    """Delete rows of the shared cache past their time: rate limits, marks of used codes."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    moment = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])  # noqa: S608  (the table of our settings)
        return int(cursor.rowcount)


def forget_mails(now: datetime) -> int:
    """Delete mails that have been lying in the mail folder for too long."""
    return forget_old_mails(now - MAILS_LIE)


TASKS: tuple[tuple[str, Callable[[datetime], int]], ...] = (
    ("people erased", erase_leavers),
    ("second factors reset", do_due_resets),
    ("sign-ups dropped that nobody confirmed", drop_unverified),
    ("addresses of old invitations emptied", forget_old),
    ("events dropped", drop_old_events),
    ("looks dropped", drop_old_looks),
    ("sessions ended", end_expired_sessions),
    ("counters dropped", drop_expired_counters),
    ("mails deleted", forget_mails),
)


class Command(BaseCommand):
    help = "Erase who is due, and drop what has had its time. For a timer, every hour; can be stopped and run again."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        now, failed = timezone.now(), []
        for words, task in TASKS:
            try:
                count = task(now)
            except SomeFailed as some:  # how many; each of them is in the log
                failed.append(f"{words} ({some})")
            except FAILURES:  # the other tasks are no less due
                logger.exception("tidy could not finish: %s", words)
                failed.append(words)
            else:
                if verbosity:
                    self.stdout.write(f"{words}: {count:,}")
        is_sqlite = connection.vendor == "sqlite"  # where an earlier run may have been held up by a reader
        if is_sqlite and not overwrite_what_was_erased() and verbosity:
            self.stdout.write("The database was busy: what it keeps of deleted rows goes with the next run.")
        if failed:
            raise CommandError(f"Not done: {', '.join(failed)}.")
