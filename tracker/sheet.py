"""The sheet: what is known of a treatment, in one piece, so that a diary page or a rule needn't read its tables.

It is derived from the record and kept as JSON in a patient's summary. Plain functions: no Django, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.plan import PlannedDose, Step, Version, step_on
from tracker.symptoms import MAIN_SYMPTOM


class SupplyFacts(NamedTuple):
    """What a dose is made of at present."""

    form: str  # "capsules", "liquid" or "other"
    capsules_mg: tuple[Decimal, ...]
    mg_per_ml: Decimal | None


class MedicineFacts(NamedTuple):
    """One other medicine, as far as a diary page or a rule needs it."""

    pk: int
    name: str
    is_as_needed: bool
    since: date | None
    until: date | None
    opioid: str  # the generic name, "" where none was recognised
    level: str
    answer: str
    answered_on: date | None
    added_on: date

    def taken_on(self, day: date) -> bool:
        """Whether it is taken on this day, as far as its dates say."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class SafetyFacts(NamedTuple):
    """The last answers to the safety questions that a rule looks at."""

    answered_on: date
    opioids: str
    liver: str
    kidneys: str
    allergy: str
    immune: str
    pregnancy: str
    breastfeeding: str
    operation: str
    operation_on: date | None
    opioid_words: str = ""


class BaselineFacts(NamedTuple):
    """The days before the first dose of one symptom (progress.baseline)."""

    mean: float
    sd: float  # population, of the answered days
    days: int


@dataclass(frozen=True)
class Sheet:
    """What is known of a patient's treatment; the default is a patient who has told nothing yet."""

    is_open: bool = False  # whether an episode is
    already_taking: bool = False
    opened_on: date | None = None
    began_on: date | None = None  # of already_taking, as remembered
    starts_on: date | None = None
    ended_on: date | None = None
    review_on: date | None = None
    reviewed_on: date | None = None
    restart_words: str = ""
    main_symptom: str = MAIN_SYMPTOM.key
    supply: SupplyFacts | None = None
    versions: tuple[Version, ...] = ()
    medicines: tuple[MedicineFacts, ...] = ()
    safety: SafetyFacts | None = None
    first_dose: date | None = None  # of this episode
    baseline: Mapping[str, BaselineFacts] | None = None  # by symptom key; None: not to be had

    def step_on(self, day: date) -> Step | None:
        """The planned step in force on a day of this episode; None outside it or where nothing is planned."""
        if self.ended_on is not None and day > self.ended_on:
            return None
        return step_on(self.versions, day)

    def as_needed_on(self, day: date) -> tuple[MedicineFacts, ...]:
        """The when-needed medicines that a diary day offers as ticks."""
        return tuple(each for each in self.medicines if each.is_as_needed and each.taken_on(day))


def to_json(sheet: Sheet) -> dict[str, Any]:
    """As a summary keeps it: dates in ISO 8601, decimals as exact text."""
    return {field.name: _plain(getattr(sheet, field.name)) for field in fields(sheet)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_json(kept: Mapping[str, Any]) -> Sheet:
    """The sheet that to_json wrote."""
    dated: dict[str, Any] = {name: _date(kept[name]) for name in DATES}
    same: dict[str, Any] = {name: kept[name] for name in ("is_open", "already_taking", "restart_words", "main_symptom")}
    return Sheet(
        **same,
        **dated,
        supply=_supply(kept["supply"]),
        versions=tuple(_version(*each) for each in kept["versions"]),
        medicines=tuple(_medicine(each) for each in kept["medicines"]),
        safety=_safety(kept["safety"]),
        baseline=_baseline(kept["baseline"]),
    )


DATES = ("opened_on", "began_on", "starts_on", "ended_on", "review_on", "reviewed_on", "first_dose")


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _supply(kept: Any) -> SupplyFacts | None:
    if kept is None:
        return None
    form, capsules, strength = kept
    return SupplyFacts(form, tuple(map(Decimal, capsules)), None if strength is None else Decimal(strength))


def _version(number: int, since: str, kind: str, steps: Any, hold_until: str | None) -> Version:
    read = tuple(
        Step(date.fromisoformat(on), tuple(PlannedDose(Decimal(mg), timing) for mg, timing in doses))
        for on, doses in steps
    )
    return Version(number, date.fromisoformat(since), kind, read, _date(hold_until))


def _medicine(kept: Any) -> MedicineFacts:
    said = dict(zip(MedicineFacts._fields, kept, strict=True))
    for name in ("since", "until", "answered_on", "added_on"):
        said[name] = _date(said[name])
    return MedicineFacts(**said)


def _safety(kept: Any) -> SafetyFacts | None:
    if kept is None:
        return None
    said = dict(zip(SafetyFacts._fields, kept, strict=True))
    return SafetyFacts(
        **{**said, "answered_on": _date(said["answered_on"]), "operation_on": _date(said["operation_on"])}
    )


def _baseline(kept: Any) -> Mapping[str, BaselineFacts] | None:
    return None if kept is None else {key: BaselineFacts(*each) for key, each in kept.items()}
