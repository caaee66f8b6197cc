"""What a rule is, what it looks at and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from tracker.progress import DayRow
from tracker.sheet import Sheet

DAY = timedelta(days=1)
WINDOW_DAYS = 42  # of the diary that the rules look back on


class Level(StrEnum):
    """How soon a flag wants to be looked at."""

    URGENT = "urgent"
    SOON = "soon"
    INFO = "info"


@dataclass(frozen=True)
class Record:
    """What the rules look at. Each rule is a pure function of it and of a day."""

    sheet: Sheet
    days: Sequence[DayRow]  # of the last WINDOW_DAYS, oldest first
    last_entry: date | None = None
    open_flags: frozenset[tuple[str, str]] = frozenset()  # (rule, key) of what is raised already

    @property
    def is_on_ldn(self) -> bool:
        """Whether a treatment is open, or doses are recorded without one."""
        return self.sheet.is_open or (self.sheet.opened_on is None and self.sheet.first_dose is not None)


class Finding(NamedTuple):
    """What a rule found. What depends on today is said as dates, which a query can compare."""

    rule: str
    level: str
    facts: Mapping[str, Any]  # JSON: what fired it, for the words
    key: str = ""  # which of several
    shows_from: date | None = None
    shows_until: date | None = None  # the last day
    later_level: str = ""  # from later_from on
    later_from: date | None = None


@dataclass(frozen=True)
class Rule:
    """One rule, as data."""

    key: str
    version: int
    finds: Callable[[Record, date], Iterable[Finding]]
    trigger: str
    clears: str
    source: str
    claims: tuple[str, ...] = ()  # what the patient reads: keys of claims.toml
    # Whether only the prescriber's mark clears it: then it stays when its facts grow old.
    stays: bool = False
