"""A few schedules as they are often written, to save typing. None is a recommendation, and none is chosen beforehand.

The doses are those of papers and leaflets (CLINICAL.md §2); a plan is the prescriber's, and is read in full
before it counts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tracker.plan import PlannedDose, Step

BEDTIME, MORNING = "bedtime", "morning"


@dataclass(frozen=True)
class Schedule:
    """Steps by days from the first dose."""

    key: str
    label: str
    source: str
    steps: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]  # (day, doses as (mg, timing))

    def from_day(self, first: date) -> list[Step]:
        """The steps with their dates, where the first dose is on this day."""
        return [
            Step(first + timedelta(days=day), tuple(PlannedDose(Decimal(mg), timing) for mg, timing in doses))
            for day, doses in self.steps
        ]


SCHEDULES = (
    Schedule(
        "two_weekly",
        "1.5 mg, after 2 weeks 3 mg, after 4 weeks 4.5 mg",
        "UK and US practice; trial register NCT00568555 (3 to 4.5 mg)",
        tuple((14 * place, ((mg, BEDTIME),)) for place, mg in enumerate(("1.50", "3.00", "4.50"))),
    ),
    Schedule(
        "half_steps",
        "1 mg, then 0.5 mg more every 2 weeks up to 3 mg",
        "UK clinic practice page, liquid",
        tuple((14 * place, ((mg, BEDTIME),)) for place, mg in enumerate(("1.00", "1.50", "2.00", "2.50", "3.00"))),
    ),
    Schedule(
        "twice_a_day",
        "1.5 mg for a week, then 1.5 mg twice a day, after 6 weeks 4.5 mg",
        "Polo et al. 2019, doi:10.1080/21641846.2019.1692770",
        (
            (0, (("1.50", BEDTIME),)),
            (7, (("1.50", MORNING), ("1.50", BEDTIME))),
            (42, (("4.50", BEDTIME),)),
        ),
    ),
)
BY_KEY = {schedule.key: schedule for schedule in SCHEDULES}
