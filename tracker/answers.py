"""What a diary day says, as one value: what a form reads, an act saves and a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from . import effects
from .dose import dose_words
from .effects import SideEffects
from .models import DiaryEntry, Dose
from .symptoms import SYMPTOMS


class TakenDose(NamedTuple):
    """One dose that was taken; a day has one, unless it was split."""

    mg: Decimal | None  # None: taken, amount not given
    timing: str = ""
    ml: Decimal | None = None  # of a liquid, as it was measured, with the strength of that day's bottle
    mg_per_ml: Decimal | None = None

    @classmethod
    def of(cls, dose: Dose) -> "TakenDose":
        """What a stored row says."""
        return cls(dose.amount_mg, dose.timing, dose.ml, dose.mg_per_ml)


@dataclass(frozen=True)
class Answers:
    """What a diary day says; equal answers are the same save."""

    scores: tuple[int | None, ...] = (None,) * len(SYMPTOMS)  # in the order of SYMPTOMS
    dose_status: str = ""
    doses: tuple[TakenDose, ...] = ()  # one or more where the status is "taken", else none
    dose_skip_reason: str = ""
    side_effects: SideEffects | None = None  # None: not recorded; (): none that day
    as_needed: tuple[int, ...] = ()  # numbers of the when-needed medicines that were taken
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to keep: no score, no dose, no side effect, no tick, no note."""
        return not (self.dose_status or self.note or self.as_needed or self.side_effects is not None) and all(
            score is None for score in self.scores
        )

    @property
    def dose_mg(self) -> Decimal | None:
        """The day's doses in all; None where there is none, or one without an amount."""
        amounts = [dose.mg for dose in self.doses]
        return sum((mg for mg in amounts if mg is not None), Decimal(0)) if amounts and None not in amounts else None

    @property
    def dose_timing(self) -> str:
        """When the day's first dose was taken."""
        return self.doses[0].timing if self.doses else ""

    @property
    def dose_words(self) -> str:
        """The day's dose in words: "4.5 mg, bedtime"; split: "1.5 mg, morning + 3.0 mg, bedtime"."""
        if not self.doses:
            return dose_words(self.dose_status, None)
        return " + ".join(dose_words(self.dose_status, dose.mg, dose.timing) for dose in self.doses)


def answers_of(entry: DiaryEntry | None, doses: Sequence[Dose]) -> Answers:
    """What a stored entry and its doses say; blank where there is none."""
    if entry is None:
        return Answers()
    return Answers(
        scores=tuple(entry.score(symptom) for symptom in SYMPTOMS),
        dose_status=entry.dose_status,
        doses=tuple(TakenDose.of(dose) for dose in sorted(doses, key=lambda each: each.slot)),
        dose_skip_reason=entry.dose_skip_reason,
        side_effects=effects.from_json(entry.side_effects),
        as_needed=tuple(entry.as_needed or ()),
        note=entry.note,
    )
