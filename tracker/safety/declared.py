"""Rules about what the patient declared: medicines, and answers to the safety questions."""

from collections.abc import Iterator
from datetime import date, timedelta

from tracker.effects import BY_KEY, Kind
from tracker.sheet import MedicineFacts

from .base import DAY, Finding, Level, Record

OPIOID_LEVELS = {"urgent", "unsure"}  # unsure counts only with an answer, as here
TAKEN = {"now", "lately", "long_lately"}
BEFORE_START = timedelta(days=14)  # an opioid this near to a planned first dose matters already
OPERATION_NEAR = timedelta(days=14)
WITHDRAWAL_SIGNS = 2  # on one date


def opioid(record: Record, today: date) -> Iterator[Finding]:
    """F1: an opioid that is taken now, or was lately, while a treatment is open or about to begin."""
    if not record.is_on_ldn:
        return
    starts = record.sheet.starts_on if record.sheet.first_dose is None else None
    shows_from = starts - BEFORE_START if starts is not None else None
    for medicine in record.sheet.medicines:
        if medicine.level in OPIOID_LEVELS and medicine.answer in TAKEN:
            yield Finding("F1", Level.URGENT, _about(medicine), str(medicine.pk), shows_from)
    answers = record.sheet.safety
    if answers is not None and answers.opioids in TAKEN:
        facts = {"name": answers.opioid_words or "an opioid", "generic": "", "answer": answers.opioids}
        facts["date"] = answers.answered_on.isoformat()
        yield Finding("F1", Level.URGENT, facts, "safety", shows_from)


def _about(medicine: MedicineFacts) -> dict[str, str]:
    answered = medicine.answered_on or medicine.added_on
    return {
        "name": medicine.name,
        "generic": medicine.opioid,
        "answer": medicine.answer,
        "date": answered.isoformat(),
    }


def withdrawal(record: Record, today: date) -> Iterator[Finding]:
    """F1b: any two signs of withdrawal on one date, while F1 is open."""
    if not any(True for _ in opioid(record, today)):
        return
    for row in reversed(record.days):
        signs = [each.label for each in row.effects or () if BY_KEY[each.key].kind == Kind.WITHDRAWAL]
        if len(signs) >= WITHDRAWAL_SIGNS:
            yield Finding("F1b", Level.URGENT, {"date": row.date.isoformat(), "effects": signs})
            return


def pregnancy(record: Record, today: date) -> Iterator[Finding]:
    """F2: pregnant is urgent; might be, or trying, is soon."""
    answers = record.sheet.safety
    if answers is None or answers.pregnancy not in {"pregnant", "might", "trying"}:
        return
    level = Level.URGENT if answers.pregnancy == "pregnant" else Level.SOON
    yield Finding("F2", level, {"answer": answers.pregnancy, "date": answers.answered_on.isoformat()})


def breastfeeding(record: Record, today: date) -> Iterator[Finding]:
    """F3."""
    answers = record.sheet.safety
    if answers is not None and answers.breastfeeding == "yes":
        yield Finding("F3", Level.SOON, {"date": answers.answered_on.isoformat()})


def operation(record: Record, today: date) -> Iterator[Finding]:
    """F4: an operation is planned; urgent from 14 days before it on, over on the day after it."""
    answers = record.sheet.safety
    if answers is None or answers.operation != "yes":
        return
    day = answers.operation_on
    facts = {"date": answers.answered_on.isoformat(), "operation_on": day and day.isoformat()}
    if day is None:
        yield Finding("F4", Level.SOON, facts)
    elif day >= today:
        yield Finding(
            "F4", Level.SOON, facts, shows_until=day, later_level=Level.URGENT, later_from=day - OPERATION_NEAR
        )


def second_naltrexone(record: Record, today: date) -> Iterator[Finding]:
    """F14: naltrexone in another product, unless the patient says that it is not theirs or only planned."""
    for medicine in record.sheet.medicines:
        is_ended = medicine.until is not None and medicine.until < today - 28 * DAY
        is_second = "naltrexone" in medicine.opioid and medicine.level == "soon"
        if is_second and not is_ended and medicine.answer not in {"not_me", "planned"}:
            yield Finding("F14", Level.SOON, _about(medicine), str(medicine.pk))
