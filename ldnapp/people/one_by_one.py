"""Acts by the clock on one person after the other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import DatabaseError

FAILURES = (DatabaseError, OSError)  # of the database, of files, of mail
Key = TypeVar("Key")
logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Some were done and some were not; the message says how many, and names nobody."""


def one_by_one(act: Callable[[Key], bool], keys: Iterable[Key]) -> int:
    """Do this for each of them; for how many it was done. Who fails holds up nobody: SomeFailed at the end."""
    done = failed = 0
    for key in keys:
        try:
            done += act(key)
        except FAILURES:
            logger.exception("one of several failed; the next ones go on")
            failed += 1
    if failed:
        raise SomeFailed(f"{done} done, {failed} failed")
    return done
