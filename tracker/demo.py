"""Made-up courses for the demo: believable diaries of people who do not exist.

A score is the sum of a level of its own, a weekly rhythm, an early fall that owes nothing to the
dose, an effect that follows the doses taken over weeks, and noise that lasts from one day to the
next; rounded and kept within 0-10. The same course, day and seed give the same diary again.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from .answers import Answers, TakenDose
from .effects import Severity, SideEffect
from .models import DoseStatus, MedicineUse, OpioidAnswer, SupplyForm, Timing
from .plan import PlannedDose
from .symptoms import BEST, SYMPTOMS, WORST

WEEKDAY_SHIFT = (0.3, 0.1, 0.0, 0.0, 0.1, -0.3, -0.2)  # Monday to Sunday, points
LEVELS = (6.6, 7.0, 5.8, 6.2, 4.7)  # before any dose, in the order of SYMPTOMS
SHARES = (1.0, 0.8, 0.6, 0.7, 0.5)  # how much of an effect each symptom shows
DRIFT = 0.5  # how much of a day's noise is left the next day
NOISE = 1.1  # points
EARLY_FALL = -0.7  # points, within days of the first dose, whatever the dose does
BUILD_DAYS = 14.0  # the time in which an effect builds up or fades
NOTES = ("Long walk yesterday.", "Slept in the chair.", "Visitors, a busy day.", "Cold and damp.", "A quiet day.")


class MadeMedicine(NamedTuple):
    """One other medicine of a made-up patient; days are counted from the first dose."""

    name: str
    use: str = MedicineUse.REGULAR
    since: int | None = None  # None: since before the diary
    added: int | None = None  # None: with the first page of the diary
    answer: str = ""  # to "is this an opioid that you take?"
    chance: float = 0.0  # of a tick on a day, where it is taken when needed


@dataclass(frozen=True)
class MadeCourse:
    """One way in which a treatment can go; days are counted from the first dose, effects are points (a fall is < 0)."""

    name: str
    seed: int
    baseline_days: int
    treated_days: int
    steps: tuple[tuple[int, str], ...]  # (day, mg a day) as taken
    effect: float = 0.0
    trend: float = 0.0  # points a week from the first dose on
    kept: float = 0.92  # share of days that are written
    gaps: tuple[tuple[int, int], ...] = ()  # days on which nothing was written
    timing: str = Timing.BEDTIME
    doses_a_day: int = 1
    already_taking: bool = False  # the diary begins on LDN; baseline_days are then days on the first dose
    plan: tuple[tuple[int, str], ...] = ()  # (day, mg) as first written down; empty: as taken
    hold: tuple[int, int] | None = None  # (day on which it was told, day until which the dose stays)
    stop: tuple[int, str, str] | None = None  # (last day, reason, note)
    review: int | None = None  # the day agreed for the review
    form: str = SupplyForm.CAPSULES
    capsules_mg: tuple[str, ...] = ("1.50",)
    mg_per_ml: str | None = None
    effects: tuple[tuple[str, float], ...] = ()  # (side effect, chance on the day of a step; it halves in a week)
    low_mood: tuple[int, int] | None = None  # days with the mood at the worst end
    medicines: tuple[MadeMedicine, ...] = ()

    @property
    def planned(self) -> tuple[tuple[int, str], ...]:
        """The plan as it was first written down."""
        return self.plan or self.steps

    def dose_on(self, day: int) -> Decimal | None:
        """The day's dose in mg; None before the first and after a stop."""
        if self.stop is not None and day > self.stop[0]:
            return None
        begun = [mg for start, mg in self.steps if start <= day]
        if not begun and self.already_taking:
            begun = [self.steps[0][1]]
        return Decimal(begun[-1]) if begun else None


COURSES = (
    MadeCourse(
        name="Ash Demo",
        seed=4,
        baseline_days=29,
        treated_days=119,
        steps=((0, "1.5"), (14, "3.0"), (42, "4.5")),
        plan=((0, "1.5"), (14, "3.0"), (28, "4.5")),
        hold=(26, 42),
        review=126,
        effect=-2.4,
        gaps=((71, 81),),
        effects=(("dreams", 0.75), ("headache", 0.3), ("worse", 0.25)),
        medicines=(
            MadeMedicine("Amitriptyline 10 mg"),
            MadeMedicine("Paracetamol", MedicineUse.AS_NEEDED, chance=0.25),
        ),
    ),
    MadeCourse(
        name="Hazel Demo",
        seed=11,
        baseline_days=16,
        treated_days=54,
        steps=((0, "1"), (21, "2")),
        plan=((0, "1"), (21, "2"), (56, "3")),
        kept=0.8,
        form=SupplyForm.LIQUID,
        capsules_mg=(),
        mg_per_ml="1.00",
        review=84,
        effects=(("nausea", 0.6), ("sleep", 0.5)),
        medicines=(
            MadeMedicine("Sertraline 50 mg"),
            MadeMedicine("Co-codamol 30/500", MedicineUse.AS_NEEDED, 50, 50, OpioidAnswer.NOW, chance=0.9),
        ),
    ),
    MadeCourse(
        name="Rowan Demo",
        seed=23,
        baseline_days=28,
        treated_days=182,
        steps=((0, "0.5"), (14, "1"), (35, "1.5"), (63, "2")),
        capsules_mg=("0.50", "1.00"),
        trend=0.06,
        kept=0.72,
        gaps=((40, 52), (120, 126)),
        timing=Timing.MORNING,
        stop=(172, "no_effect", "We agreed to stop at the review."),
        review=168,
        effects=(("dizziness", 0.3),),
        medicines=(MadeMedicine("Ibuprofen gel", MedicineUse.AS_NEEDED, chance=0.15),),
    ),
    MadeCourse(
        name="Juniper Demo",
        seed=31,
        baseline_days=0,
        treated_days=63,
        steps=((0, "3.0"),),
        doses_a_day=2,
        already_taking=True,
        kept=0.85,
        low_mood=(59, 62),
        medicines=(MadeMedicine("Levothyroxine 75 micrograms"),),
    ),
)


def diary(course: MadeCourse, last_day: date) -> Iterator[tuple[date, int, Answers]]:
    """(diary date, days until it was written, answers) of each day that was kept, oldest first.

    The when-needed medicines of an answer are named by their place in the course.
    """
    random = Random(course.seed)  # noqa: S311  (made-up days, not secrets)
    noise = [random.gauss(0, NOISE) for _ in SYMPTOMS]
    effect = 0.0
    for day in range(-course.baseline_days, course.treated_days):
        on = last_day - timedelta(days=course.treated_days - 1 - day)
        noise = [DRIFT * part + random.gauss(0, NOISE * math.sqrt(1 - DRIFT**2)) for part in noise]
        planned = course.dose_on(day)
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
        beside = _beside(course, day, Random(f"{course.seed} {day}"))  # noqa: S311
        if course.low_mood and course.low_mood[0] <= day <= course.low_mood[1]:
            scores, blank, late = (*scores[:-1], WORST - day % 2), None, 0
        elif random.random() > course.kept or any(first <= day <= last for first, last in course.gaps):
            continue
        said = answers(course, scores, blank, planned, skipped)
        yield on, min(late, (last_day - on).days), replace(said, note=note, **beside)


def _beside(course: MadeCourse, day: int, random: Random) -> dict[str, Any]:
    """What a day says beside scores and dose: side effects that fade after each step, and when-needed ticks."""
    begun = [start for start, _ in course.steps if start <= day]
    felt = [
        SideEffect(key, random.choices(list(Severity), (0.7, 0.28, 0.02))[0])
        for key, chance in course.effects
        if begun and random.random() < chance * 0.5 ** ((day - begun[-1]) / 7)
    ]
    is_asked = bool(course.effects) and begun and random.random() < 0.7  # the row is not opened every day
    ticked = [
        place
        for place, each in enumerate(course.medicines)
        if day >= (each.since if each.since is not None else day) and random.random() < each.chance
    ]
    return {"side_effects": tuple(felt) if felt or is_asked else None, "as_needed": tuple(ticked)}


def score(value: float) -> int:
    """Rounded half up and kept within the scale."""
    return min(WORST, max(BEST, math.floor(value + 0.5)))


def answers(
    course: MadeCourse, scores: tuple[int, ...], blank: int | None, planned: Decimal | None, skipped: bool
) -> Answers:
    """The scores and the dose of one made day as they would be saved."""
    status = "" if planned is None else DoseStatus.SKIPPED if skipped else DoseStatus.TAKEN
    return Answers(
        scores=tuple(None if place == blank else value for place, value in enumerate(scores)),
        dose_status=status,
        doses=tuple(TakenDose(*dose) for dose in doses_of(course, planned)) if planned and not skipped else (),
    )


def doses_of(course: MadeCourse, mg: Decimal) -> tuple[PlannedDose, ...]:
    """A day's dose as it is planned: at one time of day, or split into a morning and a bedtime half."""
    if course.doses_a_day == 1:
        return (PlannedDose(mg, course.timing),)
    return (PlannedDose(mg / 2, Timing.MORNING), PlannedDose(mg / 2, Timing.BEDTIME))
