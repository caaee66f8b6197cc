"""A day's dose as the page offers it in one tap: the planned one, or yesterday's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.answers import TakenDose
from tracker.dose import TIMES, UnreadableDose, mg_text, parse_dose
from tracker.models import Timing
from tracker.plan import MOST_DOSES, PlannedDose

USUAL = "usual"  # "Took 3.0 mg": what the page offered, in one tap
YESTERDAY = "yesterday"  # "Took 2.0 mg, as yesterday", where that is another dose than the planned one
OFFERS = (USUAL, YESTERDAY)
# Hidden: what the page offered.
OFFER_FIELDS = tuple(f"{offer}_{part}" for offer in OFFERS for part in ("mg", "timing"))


@dataclass(frozen=True)
class Offer:
    """A day's dose in one tap, as the page offered it: a later change of the plan can't change what was tapped."""

    mg: Decimal  # of the first dose
    timing: str
    more: tuple[PlannedDose, ...] = ()  # the other doses of a split day

    @classmethod
    def of(cls, doses: Sequence[tuple[Decimal | None, str]]) -> "Offer | None":
        """What to offer of these (mg, timing) doses; None without one, or where an amount is not known."""
        known = [PlannedDose(mg, timing) for mg, timing in doses if mg is not None and timing]
        if not known or len(known) < len(doses):
            return None
        return cls(known[0].mg, known[0].timing, tuple(known[1:]))

    @classmethod
    def on_page(cls, fields: Mapping[str, Any], name: str = USUAL) -> "Offer | None":
        """What the page that these fields come from had offered under this name; None where it doesn't say."""
        amounts, timings = (str(fields.get(f"{name}_{part}", "")).split("+") for part in ("mg", "timing"))
        if len(amounts) != len(timings) or len(amounts) > MOST_DOSES:
            return None
        try:
            read = [(parse_dose(mg), timing) for mg, timing in zip(amounts, timings, strict=True)]
        except UnreadableDose:
            return None
        return cls.of(read) if all(timing in Timing.values for _, timing in read) else None

    @property
    def planned(self) -> tuple[PlannedDose, ...]:
        """Every dose of the day."""
        return (PlannedDose(self.mg, self.timing), *self.more)

    @property
    def doses(self) -> tuple[TakenDose, ...]:
        """The same as taken."""
        return tuple(TakenDose(*dose) for dose in self.planned)

    @property
    def total(self) -> Decimal:
        """The day's doses in all, in mg."""
        return sum((dose.mg for dose in self.planned), Decimal(0))

    @property
    def label(self) -> str:
        """ "3.0 mg"; of a split day "1.5 mg + 3.0 mg"."""
        return " + ".join(mg_text(dose.mg) for dose in self.planned)

    @property
    def timing_label(self) -> str:
        """When, in words: "bedtime"; of a split day "morning and bedtime"."""
        return " and ".join(TIMES[dose.timing] for dose in self.planned)

    @property
    def hidden(self) -> tuple[str, str]:
        """(mg, timing) as the page sends them along."""
        return "+".join(str(dose.mg) for dose in self.planned), "+".join(dose.timing for dose in self.planned)
