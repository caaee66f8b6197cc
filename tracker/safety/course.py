"""Rules about the course: worsening, the dose against the plan, silence, and dates that come near."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tracker.dose import USUAL_MAX_MG
from tracker.plan import Step, next_step
from tracker.progress import SETTLING_DAYS, TAKEN, phases
from tracker.sheet import BaselineFacts
from tracker.symptoms import SYMPTOMS

from .base import DAY, Finding, Level, Record

WORSE_BY, WORSE_OVER = 2.0, 1.0  # points above the baseline: raised from, over when back under
SDS_OF_MAIN, SDS_OF_OTHERS = 2.0, 2.5  # CLINICAL.md §6.1
WEEK_ANSWERED = 5  # answered days in each of the two weeks
OVER_PLAN_DATES, OVER_PLAN_SOON = 7, 2
QUIET_DATES = 7  # full diary dates without an entry
STEP_NEAR, REVIEW_NEAR, REVIEW_LATE = timedelta(days=3), timedelta(days=14), timedelta(days=14)


def worse(record: Record, today: date) -> Iterator[Finding]:
    """F8: a symptom was higher than before LDN for two weeks.

    The mean of 14 days at or above baseline + max(2, 2 SD) (2.5 SD for all but the main symptom) and each
    of its two weeks at or above baseline + 2, with five answered days in each; settling-in days are left
    out. Over when the mean of 14 days is back under baseline + 1. Never without a baseline.
    """
    if record.sheet.baseline is None or record.sheet.already_taking:
        return
    left_out = _settling_days(record, today)
    for place, symptom in enumerate(SYMPTOMS):
        before = record.sheet.baseline.get(symptom.key)
        if before is None:
            continue
        scores = {
            (today - row.date).days: score
            for row in record.days
            if row.date not in left_out and (score := row.scores[place]) is not None
        }
        weeks = [[score for back, score in scores.items() if 7 * n <= back < 7 * (n + 1)] for n in (0, 1)]
        is_open = ("F8", symptom.key) in record.open_flags
        sds = SDS_OF_MAIN if symptom.key == record.sheet.main_symptom else SDS_OF_OTHERS
        if _is_worse(weeks, before, sds, is_open=is_open):
            late = [*weeks[0], *weeks[1]]
            yield Finding("F8", Level.SOON, _compared(symptom.label, late, before, today), symptom.key)


def _is_worse(weeks: Sequence[Sequence[int]], before: BaselineFacts, sds: float, *, is_open: bool) -> bool:
    late = [*weeks[0], *weeks[1]]
    if is_open:
        return not late or sum(late) / len(late) >= before.mean + WORSE_OVER
    if any(len(week) < WEEK_ANSWERED for week in weeks):
        return False
    threshold = before.mean + max(WORSE_BY, sds * before.sd)
    return sum(late) / len(late) >= threshold and all(sum(week) / len(week) >= before.mean + WORSE_BY for week in weeks)


def _compared(label: str, late: Sequence[int], before: BaselineFacts, today: date) -> dict[str, object]:
    mean = round(sum(late) / len(late), 2) if late else None
    return {
        "symptom": label,
        "mean": mean,
        "days": len(late),
        "before": round(before.mean, 2),
        "sd": round(before.sd, 2),
        "days_before": before.days,
        "date": today.isoformat(),
    }


def _settling_days(record: Record, today: date) -> set[date]:
    """The first seven days from each change of dose or of its time of day."""
    begins = [phase.first for phase in phases(record.days, today) if phase.mg is not None]
    return {first + n * DAY for first in begins for n in range(SETTLING_DAYS)}


def dose_above_plan(record: Record, today: date) -> Iterator[Finding]:
    """F9: a day's doses are more than the step in force that day, or more than 4.50 mg without a plan."""
    over: list[tuple[date, Decimal, Decimal | None]] = []
    for row in record.days:
        step = record.sheet.step_on(row.date)
        most = step.mg if step else USUAL_MAX_MG
        if row.dose_status == TAKEN and row.mg is not None and row.mg > most:
            over.append((row.date, row.mg, step.mg if step else None))
    if not over:
        return
    recent = [day for day, *_ in over if day > today - OVER_PLAN_DATES * DAY]
    day, mg, planned = over[-1]
    facts = {"date": day.isoformat(), "mg": str(mg), "planned": planned and str(planned), "dates": len(recent)}
    yield Finding("F9", Level.SOON if len(recent) >= OVER_PLAN_SOON else Level.INFO, facts)


def quiet(record: Record, today: date) -> Iterator[Finding]:
    """F11: seven full diary dates without any entry, while a treatment is open."""
    since = record.last_entry or record.sheet.opened_on
    if record.sheet.is_open and since is not None:
        facts = {"date": record.last_entry and record.last_entry.isoformat()}
        yield Finding("F11", Level.INFO, facts, shows_from=since + (QUIET_DATES + 1) * DAY)


def step_due(record: Record, today: date) -> Iterator[Finding]:
    """F12: a planned step is due within three days, or its day has come and no such dose is recorded yet."""
    if not record.sheet.is_open:
        return
    passed, coming = record.sheet.step_on(today), next_step(record.sheet.versions, today)
    for step in (passed, coming):
        if step is not None and _changes(record, step) and not _is_confirmed(record, step):
            facts = {"date": step.on.isoformat(), "mg": str(step.mg)}
            yield Finding("F12", Level.INFO, facts, step.on.isoformat(), shows_from=step.on - STEP_NEAR)


def _changes(record: Record, step: Step) -> bool:
    """Whether this step is another dose than the day before it."""
    before = record.sheet.step_on(step.on - DAY)
    return before is None or before.doses != step.doses


def _is_confirmed(record: Record, step: Step) -> bool:
    """Whether a dose of this amount was recorded on or after the step's day."""
    return any(row.date >= step.on and row.mg == step.mg for row in record.days if row.dose_status == TAKEN)


def review_due(record: Record, today: date) -> Iterator[Finding]:
    """F13: the agreed review is within 14 days or has passed; soon from the 15th day after it on."""
    day = record.sheet.review_on
    if record.sheet.is_open and day is not None and record.sheet.reviewed_on is None:
        yield Finding(
            "F13",
            Level.INFO,
            {"date": day.isoformat()},
            shows_from=day - REVIEW_NEAR,
            later_level=Level.SOON,
            later_from=day + REVIEW_LATE + DAY,
        )
