"""Made-up courses for the demo: believable diaries of people who do not exist.

A score is the sum of a level of its own, a weekly rhythm, an early fall that owes nothing to the
dose, an effect that follows the doses taken over weeks, and noise that lasts from one day to the
next; rounded and kept within 0-10. The same course, day and seed give the same diary again.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .models import DoseStatus, Timing
from .recording import Answers
from .symptoms import BEST, SYMPTOMS, WORST

WEEKDAY_SHIFT = (0.3, 0.1, 0.0, 0.0, 0.1, -0.3, -0.2)  # Monday to Sunday, points
LEVELS = (6.6, 7.0, 5.8, 6.2, 4.7)  # before any dose, in the order of SYMPTOMS
SHARES = (1.0, 0.8, 0.6, 0.7, 0.5)  # how much of an effect each symptom shows
DRIFT = 0.5  # how much of a day's noise is left the next day
NOISE = 1.1  # points
EARLY_FALL = -0.7  # points, within days of the first dose, whatever the dose does
BUILD_DAYS = 14.0  # the time in which an effect builds up or fades
NOTES = ("Long walk yesterday.", "Slept in the chair.", "Visitors, a busy day.", "Cold and damp.", "A quiet day.")


@dataclass(frozen=True)
class MadeCourse:
    """One way in which a treatment can go; an effect of a negative number of points is a fall."""

    name: str
    seed: int
    baseline_days: int
    treated_days: int
    steps: tuple[tuple[int, str], ...]  # (day from the first dose, mg)
    effect: float = 0.0
    trend: float = 0.0  # points a week from the first dose on
    kept: float = 0.92  # share of days that are written
    gaps: tuple[tuple[int, int], ...] = ()  # days from the first dose on which nothing was written
    timing: str = Timing.BEDTIME

    @property
    def usual(self) -> tuple[Decimal, str]:
        """The dose of the last step, and when it is taken."""
        return Decimal(self.steps[-1][1]), self.timing


COURSES = (
    MadeCourse(
        name="Ash Demo",
        seed=4,
        baseline_days=21,
        treated_days=119,
        steps=((0, "1.5"), (14, "3.0"), (42, "4.5")),
        effect=-2.4,
        gaps=((71, 81),),
    ),
    MadeCourse(
        name="Hazel Demo",
        seed=11,
        baseline_days=16,
        treated_days=54,
        steps=((0, "1.5"), (21, "3.0")),
        kept=0.8,
    ),
    MadeCourse(
        name="Rowan Demo",
        seed=23,
        baseline_days=28,
        treated_days=182,
        steps=((0, "0.5"), (14, "1"), (35, "1.5"), (63, "2")),
        trend=0.06,
        kept=0.72,
        gaps=((40, 52), (120, 126)),
        timing=Timing.MORNING,
    ),
)


def diary(course: MadeCourse, last_day: date) -> Iterator[tuple[date, int, Answers]]:
    """(diary date, days until it was written, answers) of each day that was kept, oldest first."""
    random = Random(course.seed)  # noqa: S311  (made-up days, not secrets)
    noise = [random.gauss(0, NOISE) for _ in SYMPTOMS]
    effect = 0.0
    for day in range(-course.baseline_days, course.treated_days):
        on = last_day - timedelta(days=course.treated_days - 1 - day)
        noise = [DRIFT * part + random.gauss(0, NOISE * math.sqrt(1 - DRIFT**2)) for part in noise]
        planned = max((Decimal(mg) for start, mg in course.steps if start <= day), default=None)
        skipped = random.random() < 0.03
        full = float(Decimal(course.steps[-1][1]))
        taken = 0.0 if planned is None or skipped else float(planned)
        effect += (course.effect * taken / full - effect) / BUILD_DAYS
        shift = effect + course.trend * max(day, 0) / 7 + (EARLY_FALL * (1 - math.exp(-day / 4)) if day > 0 else 0)
        scores = tuple(
            score(level + WEEKDAY_SHIFT[on.weekday()] + share * shift + part)
            for level, share, part in zip(LEVELS, SHARES, noise, strict=True)
        )
        blank = random.randrange(len(SYMPTOMS)) if random.random() < 0.12 else None
        late = random.choices((0, 1, 3), (0.88, 0.09, 0.03))[0]
        note = random.choice(NOTES) if random.random() < 0.06 else ""
        if random.random() > course.kept or any(first <= day <= last for first, last in course.gaps):
            continue
        yield on, min(late, (last_day - on).days), answers(scores, blank, planned, skipped, course.timing, note)


def score(value: float) -> int:
    """Rounded half up and kept within the scale."""
    return min(WORST, max(BEST, math.floor(value + 0.5)))


def answers(
    scores: tuple[int, ...], blank: int | None, planned: Decimal | None, skipped: bool, timing: str, note: str
) -> Answers:
    """One made day as it would be saved."""
    status = "" if planned is None else DoseStatus.SKIPPED if skipped else DoseStatus.TAKEN
    is_taken = status == DoseStatus.TAKEN
    return Answers(
        scores=tuple(None if place == blank else value for place, value in enumerate(scores)),
        dose_status=status,
        dose_mg=planned if is_taken else None,
        dose_timing=timing if is_taken else "",
        note=note,
    )
