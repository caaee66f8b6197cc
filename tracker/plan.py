"""The plan: steps that the prescriber decided and the patient wrote down. Plain functions over plain data.

A plan is a list of versions. Each counts from its own first day on and holds every step from that day on;
an earlier day keeps the version that was in force on it, so that changing a plan changes no past day.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tracker.progress import SKIPPED, TAKEN, DayRow

DAY = timedelta(days=1)
MOST_DOSES = 4  # a day
HELD = "held"  # the kind of a version that keeps the dose of its first day


class PlannedDose(NamedTuple):
    """One dose of a planned day."""

    mg: Decimal
    timing: str  # "bedtime", "morning" or "other"


class Step(NamedTuple):
    """What is taken from a date on, until the next step."""

    on: date
    doses: tuple[PlannedDose, ...]  # one, unless the day's dose is split

    @property
    def mg(self) -> Decimal:
        """The day's dose in all."""
        return sum((dose.mg for dose in self.doses), Decimal(0))

    @property
    def timing(self) -> str:
        """When the day's first dose is taken."""
        return self.doses[0].timing


class Version(NamedTuple):
    """One version of a plan; versions are numbered as they were written."""

    number: int
    since: date  # the first day that it speaks of
    kind: str  # "written", "held", "back" or "stopped": what the prescriber said
    steps: tuple[Step, ...]  # by date; none: nothing is planned any more
    hold_until: date | None = None  # of a hold, where a day was named


class Stretch(NamedTuple):
    """Consecutive days on one planned dose; both ends are part of it."""

    first: date
    last: date | None  # None: open
    step: Step
    is_hold: bool


class Adherence(NamedTuple):
    """How the recorded days of a stretch compare with the plan valid on each of them."""

    as_planned: int
    otherwise: int  # another amount, or none given
    skipped: int
    not_recorded: int

    @property
    def planned(self) -> int:
        """Days for which a dose was planned."""
        return sum(self)


def version_on(versions: Iterable[Version], day: date) -> Version | None:
    """The version in force on a day: the latest that was written of those that speak of it."""
    return max((version for version in versions if version.since <= day), default=None)


def step_on(versions: Iterable[Version], day: date) -> Step | None:
    """The step in force on a day; None where nothing is planned for it."""
    version = version_on(versions, day)
    begun = [step for step in version.steps if step.on <= day] if version else []
    return begun[-1] if begun else None


def next_step(versions: Iterable[Version], day: date) -> Step | None:
    """The first step after this day, in the version that is in force on it."""
    version = version_on(versions, day)
    return next((step for step in version.steps if step.on > day), None) if version else None


def from_day(versions: Iterable[Version], day: date) -> list[Step]:
    """What is planned from this day on, as a new version of that day would have to say it."""
    version = version_on(versions, day)
    if version is None:
        return []
    begun = [step._replace(on=day) for step in version.steps if step.on <= day]
    return [*begun[-1:], *(step for step in version.steps if step.on > day)]


def held(versions: Iterable[Version], day: date, weeks: int | None) -> tuple[list[Step], date | None]:
    """The steps, and the last day of the hold, where the dose of this day stays.

    For so many weeks: the next step comes that much later than today at the earliest, and the steps
    after it move by as many days. Without a number of weeks no later step is planned any more.
    """
    steps = from_day(versions, day)
    coming = [step for step in steps if step.on > day]
    present = [step for step in steps if step.on == day]
    if weeks is None:
        return present, None
    until = day + 7 * weeks * DAY
    moved_by = max(until - coming[0].on, timedelta(0)) if coming else timedelta(0)
    return [*present, *(step._replace(on=step.on + moved_by) for step in coming)], until - DAY


def earlier_doses(versions: Iterable[Version], day: date) -> list[Step]:
    """Each other dose that was in force on an earlier day, the latest first."""
    versions = list(versions)
    now = step_on(versions, day)
    found: dict[tuple[PlannedDose, ...], Step] = {}
    for stretch in reversed(stretches(versions, day)):
        if stretch.first < day and (now is None or stretch.step.doses != now.doses):
            found.setdefault(stretch.step.doses, stretch.step)
    return list(found.values())


def stretches(versions: Sequence[Version], last_day: date) -> list[Stretch]:
    """The plan as it was on each day up to last_day and is after it: what a timeline draws, oldest first."""
    if not versions:
        return []
    marks = sorted({version.since for version in versions} | {step.on for v in versions for step in v.steps})
    found: list[Stretch] = []
    latest = version_on(versions, last_day)
    for mark in marks:
        version = version_on(versions, mark) if mark <= last_day else latest
        begun = [step for step in version.steps if step.on <= mark] if version else []
        step = begun[-1] if begun else None
        is_hold = version is not None and version.kind == HELD and step is not None and step.on == version.since
        if found and found[-1].last is None:
            if step is not None and step.doses == found[-1].step.doses and is_hold == found[-1].is_hold:
                continue
            found[-1] = found[-1]._replace(last=mark - DAY)
        if step is not None:
            found.append(Stretch(mark, None, step, is_hold))
    return found


def adherence(rows: Iterable[DayRow], versions: Sequence[Version], first: date, last: date) -> Adherence:
    """How each day from first to last, both included, compares with the plan that was valid on it.

    A day without a planned dose counts nowhere. A dose without an amount is not "as planned".
    """
    said = {row.date: row for row in rows}
    counts = dict.fromkeys(Adherence._fields, 0)
    day = first
    while day <= last:
        step = step_on(versions, day)
        if step is not None:
            counts[_kept(said.get(day), step)] += 1
        day += DAY
    return Adherence(**counts)


def _kept(row: DayRow | None, step: Step) -> str:
    if row is None or row.dose_status not in {TAKEN, SKIPPED}:
        return "not_recorded"
    if row.dose_status == SKIPPED:
        return "skipped"
    return "as_planned" if row.mg == step.mg else "otherwise"
