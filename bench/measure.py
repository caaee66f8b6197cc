"""Two things that are done in turns, and how much dearer the one is."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .browser import Reply
from .database import connected_to

WARM_UP = 3  # times, before anything counts
FEWEST, MOST = 12, 400  # rounds, however long or short they are
NOT_QUERIES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "SET ")


@dataclass(frozen=True)
class Side:
    """One way to do a thing: gets ready, which does not count, then does it once."""

    name: str
    once: Callable[[], Reply]
    ready: Callable[[], None] = lambda: None
    database: BaseDatabaseWrapper | None = None  # the usual one where none is named

    def take_turn(self) -> Reply:
        """Do it, and return the page that came back."""
        with connected_to(self.database or connections["default"]):
            self.ready()
            return self.once()


@dataclass(frozen=True)
class Pair:
    """A page, what it is held against, and how many times as dear it may be."""

    page: str
    ours: Side
    against: Side
    goal: float


@dataclass(frozen=True)
class Cost:
    """What one side came to: milliseconds are medians."""

    cpu: float
    wall: float
    tail: float  # the 95th percentile of the wall time, as a multiple of its median
    queries: int
    raw: int  # bytes
    sent: int  # bytes, compressed


@dataclass(frozen=True)
class Result:
    """A pair that was measured."""

    pair: Pair
    ours: Cost
    against: Cost
    rounds: int

    @property
    def cpu_ratio(self) -> float:
        """CPU of ours by CPU of the other side."""
        return self.ours.cpu / self.against.cpu

    @property
    def wall_ratio(self) -> float:
        """Median of ours by median of the other side."""
        return self.ours.wall / self.against.wall

    @property
    def is_within(self) -> bool:
        """Whether the CPU is within the goal."""
        return self.cpu_ratio <= self.pair.goal


def measured(pair: Pair, seconds: float, rounds: int | None) -> Result:
    """Both sides of a pair, in turns: that many rounds, or as many as fit into these seconds."""
    for _ in range(WARM_UP):
        pair.ours.take_turn()
        pair.against.take_turn()
    queries = [counted(side) for side in (pair.ours, pair.against)]
    gc.collect()
    ours: list[Reply] = []
    against: list[Reply] = []
    for number in turns(seconds, rounds):
        # Who comes first changes, so that neither always finds what the other left behind.
        for side, replies in ((pair.ours, ours), (pair.against, against))[:: 1 if number % 2 else -1]:
            replies.append(side.take_turn())
    return Result(pair, cost(ours, queries[0]), cost(against, queries[1]), len(ours))


def turns(seconds: float, rounds: int | None) -> Iterator[int]:
    """Numbers from 0 on: so many, or for so long."""
    begun = perf_counter()
    for number in range(rounds or MOST):
        if rounds is None and number >= FEWEST and perf_counter() - begun > seconds:
            return
        yield number


def counted(side: Side) -> int:
    """How many queries one request takes; beginning and ending a transaction are none."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connected_to(side.database or connections["default"]):
        side.ready()
        with connection.execute_wrapper(note):
            side.once()
    return sum(not sql.startswith(NOT_QUERIES) for sql in seen)


def cost(replies: list[Reply], queries: int) -> Cost:
    """What these replies came to."""
    walls = [reply.wall for reply in replies]
    middle = median(walls)
    last = replies[-1]
    return Cost(
        cpu=1000 * median(reply.cpu for reply in replies),
        wall=1000 * middle,
        tail=quantiles(walls, n=20)[-1] / middle if len(walls) > 1 else 1.0,
        queries=queries,
        raw=len(last.page),
        sent=len(last.body),
    )
