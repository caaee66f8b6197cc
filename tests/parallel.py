"""Acts at the same moment, as two phones or two workers do them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do all of these at once, each in a thread with a connection of its own; what they return, in their order.

    What one of them raises is raised here. Needs a test with ``django_db(transaction=True)``.
    """
    start = Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result:
        start.wait(timeout=10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
