"""What a flag says: to the patient in claims, to the prescriber as facts with their dates.

Plain functions over stored flags and their facts; no name, score or medicine of it ever leaves a page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.dose import mg_text
from tracker.medicines import words_for
from tracker.models import Flag, OpioidAnswer, Pregnancy
from tracker.safety import Level, rule

ORDER = [Level.URGENT.value, Level.SOON.value, Level.INFO.value]
FIRST_RULES = ("F1b", "F1")  # an opioid comes before everything else
ON_TREATMENT = {"F1", "F1b", "F2", "F3", "F4", "F12", "F13", "F14"}
ON_DIARY = {"F1", "F1b", "F5", "F6", "F7", "F9"}
MOOD, QUIET = "F10", "F11"


class PatientNote(NamedTuple):
    """One flag as its patient reads it."""

    rule: str
    heading: str
    said: str  # the words of the opioid list; empty where claims say it all
    claims: Sequence[str]
    is_urgent: bool


class PrescriberFlag(NamedTuple):
    """One flag as the prescriber reads it."""

    rule: str
    level: str
    words: str
    since: datetime
    facts_at: datetime
    is_reviewed: bool
    claims: Sequence[str]  # what the patient was told


def ordered(flags: Sequence[Flag], day: date) -> list[Flag]:
    """The most pressing first; an opioid before everything else."""
    return sorted(
        flags, key=lambda flag: (flag.rule not in FIRST_RULES, ORDER.index(flag.level_on(day)), flag.raised_at, flag.pk)
    )


def for_patient(flags: Sequence[Flag], day: date, rules: set[str]) -> list[PatientNote]:
    """What the patient is told of these rules, in order. The mood has a panel of its own."""
    return [
        PatientNote(
            rule=flag.rule,
            heading=_heading(flag.rule, flag.facts),
            said=words_for("urgent")["patient"] if flag.rule == "F1" else "",
            claims=rule(flag.rule).claims,
            is_urgent=flag.level_on(day) == Level.URGENT,
        )
        for flag in ordered(flags, day)
        if flag.rule in rules
    ]


def _heading(key: str, facts: Mapping[str, Any]) -> str:
    """A few plain words in front of the claim."""
    if key in {"F1", "F14"}:
        return f"{facts['name']}."
    if key == "F9":
        planned = f"the plan says {_mg(facts['planned'])}" if facts["planned"] else "no plan is written for that day"
        return f"You wrote {_mg(facts['mg'])} on {_day(facts['date'])}; {planned}. Is that right?"
    if key == "F12":
        return f"Your plan has a change on {_day(facts['date'])}: {_mg(facts['mg'])}."
    if key == "F13":
        return f"Your review is on {_day(facts['date'])}."
    if key == "F6":
        return f"{facts['effect']}:"
    if key in {"F5", "F7"}:
        return f"{', '.join(facts['effects'])}."
    return ""


def for_prescriber(flags: Sequence[Flag], day: date, reviewed_at: datetime | None) -> list[PrescriberFlag]:
    """What the prescriber sees, in order: what was recorded and when, never a diagnosis."""
    return [
        PrescriberFlag(
            rule=flag.rule,
            level=flag.level_on(day),
            words=prescriber_words(flag.rule, flag.facts),
            since=flag.raised_at,
            facts_at=flag.facts_at,
            is_reviewed=flag.is_reviewed(reviewed_at),
            claims=rule(flag.rule).claims,
        )
        for flag in ordered(flags, day)
    ]


def prescriber_words(key: str, facts: Mapping[str, Any]) -> str:
    """The facts of one flag as a sentence."""
    return WORDS[key](facts)


def _opioid(facts: Mapping[str, Any]) -> str:
    generic = f" ({facts['generic']})" if facts["generic"] else ""
    answer = OpioidAnswer(facts["answer"]).label
    return f"Opioid recorded: {facts['name']}{generic}, {_day(facts['date'])}, “{answer}”"


def _operation(facts: Mapping[str, Any]) -> str:
    return f"Operation {_day(facts['operation_on'])}" if facts["operation_on"] else "Operation planned, no date yet"


def _severe(facts: Mapping[str, Any]) -> str:
    after = facts["days_since_step"]
    since = "" if after is None else f", day {after + 1} of the step"
    return f"Severe side effect: {', '.join(facts['effects'])}, {_day(facts['date'])}{since}"


def _worse(facts: Mapping[str, Any]) -> str:
    now = "no recent mean" if facts["mean"] is None else f"{facts['mean']:.1f} ({facts['days']} days)"
    before = f"{facts['before']:.1f} ({facts['days_before']} days, SD {facts['sd']:.1f})"
    return f"{facts['symptom']} higher than before LDN for two weeks: {now}, before {before}. 0 best, 10 worst"


def _above(facts: Mapping[str, Any]) -> str:
    planned = f"plan {_mg(facts['planned'])}" if facts["planned"] else "no plan"
    more = f", {facts['dates']} of the last 7 dates" if facts["dates"] > 1 else ""
    return f"Recorded {_mg(facts['mg'])} on {_day(facts['date'])}, {planned}{more}"


WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "F1": _opioid,
    "F1b": lambda facts: f"Recorded together on {_day(facts['date'])}: {', '.join(facts['effects'])}; opioid recorded",
    "F2": lambda facts: f"Pregnancy: “{Pregnancy(facts['answer']).label}”, {_day(facts['date'])}",
    "F3": lambda facts: f"Breastfeeding: yes, {_day(facts['date'])}",
    "F4": _operation,
    "F5": _severe,
    "F6": lambda facts: (
        f"{facts['effect']}, moderate or worse on {facts['count']} of the last {facts['of']} answered days"
    ),
    "F7": lambda facts: f"{', '.join(facts['effects'])}, {_day(facts['date'])}",
    "F8": _worse,
    "F9": _above,
    "F10": lambda facts: (
        f"Mood at 9–10 on {facts['count']} of the last {facts['of']} answered days, last {_day(facts['date'])}"
    ),
    "F11": lambda facts: f"No entries since {_day(facts['date'])}" if facts["date"] else "No entries yet",
    "F12": lambda facts: f"Step planned for {_day(facts['date'])}: {_mg(facts['mg'])}",
    "F13": lambda facts: f"Review agreed for {_day(facts['date'])}",
    "F14": lambda facts: f"Second naltrexone product: {facts['name']}, {_day(facts['date'])}",
}


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def _mg(text: str) -> str:
    return mg_text(Decimal(text))
