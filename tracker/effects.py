"""Side effects: the ones that are offered as taps, and how a day keeps them.

The list and its order are CLINICAL.md's (by how often trials saw them). A day keeps them as JSON: None
is "not recorded", an empty list "none today", else [key, severity, own words] each. What can't be read
is left out, so that one bad row stops no page.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """How much a side effect was felt."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def words(self) -> str:
        """What the patient reads beside it."""
        return {"mild": "I notice it", "moderate": "it gets in the way", "severe": "it stops me"}[self]

    @property
    def rank(self) -> int:
        """1 mild, 2 moderate, 3 severe."""
        return list(Severity).index(self) + 1


class Kind(StrEnum):
    """Why an effect is on the list."""

    USUAL = "usual"  # offered every day
    RED = "red"  # never to be waited with (rule F7)
    WITHDRAWAL = "withdrawal"  # offered while an opioid flag is open (rule F1b)


class Effect(NamedTuple):
    """One side effect that is offered as a tap."""

    key: str
    label: str
    kind: Kind = Kind.USUAL


OTHER = "other"  # named in the patient's own words
OWN_WORDS_MAX = 60  # characters
EFFECTS = (
    Effect("dreams", "Vivid dreams"),
    Effect("sleep", "Trouble sleeping"),
    Effect("headache", "Headache"),
    Effect("nausea", "Feeling sick"),
    Effect("dizziness", "Dizziness"),
    Effect("diarrhoea", "Diarrhoea"),
    Effect("tummy", "Tummy pain"),
    Effect("tiredness", "Tiredness"),
    Effect("anxiety", "Anxious or irritable"),
    Effect("low_mood", "Low mood"),
    Effect("worse", "Feeling worse than usual for a while"),
    Effect("sweats", "Sweats"),
    Effect("rash", "Itch or rash"),
    Effect(OTHER, "Something else"),
    Effect("yellow", "Yellow skin or eyes", Kind.RED),
    Effect("dark_urine", "Dark urine", Kind.RED),
    Effect("swelling", "Swelling of the face", Kind.RED),
    Effect("breathing", "Trouble breathing", Kind.RED),
    Effect("confusion", "Confusion", Kind.RED),
    Effect("sweating", "Sweating heavily", Kind.WITHDRAWAL),
    Effect("shaking", "Shaking", Kind.WITHDRAWAL),
    Effect("vomiting", "Being sick", Kind.WITHDRAWAL),
    Effect("cramps", "Cramps", Kind.WITHDRAWAL),
    Effect("agitation", "Severe agitation", Kind.WITHDRAWAL),
)
BY_KEY = {effect.key: effect for effect in EFFECTS}


class SideEffect(NamedTuple):
    """One side effect of one day."""

    key: str
    severity: Severity
    words: str = ""  # the patient's own, for OTHER

    @property
    def label(self) -> str:
        """What it is called: the listed label, or the patient's own words."""
        return self.words or BY_KEY[self.key].label


SideEffects = tuple[SideEffect, ...]


def to_json(effects: Iterable[SideEffect] | None) -> list[list[str]] | None:
    """As a day keeps them, in the order of the list; None is "not recorded"."""
    if effects is None:
        return None
    order = list(BY_KEY)
    return [list(effect) for effect in sorted(effects, key=lambda each: order.index(each.key))]


def from_json(kept: Any) -> SideEffects | None:
    """What a day says: None where nothing was recorded; an item that can't be read is left out."""
    if not isinstance(kept, list):
        return None
    return tuple(effect for effect in map(_effect, kept) if effect is not None)


def _effect(item: Any) -> SideEffect | None:
    if not (isinstance(item, list) and len(item) == 3 and all(isinstance(part, str) for part in item)):
        return None
    key, severity, words = item
    if key not in BY_KEY or severity not in set(Severity):
        return None
    return SideEffect(key, Severity(severity), words)


def effects_words(effects: SideEffects | None) -> str:
    """In words, for a page: "headache (mild), vivid dreams (moderate)"; "none"; empty where not recorded."""
    if effects is None:
        return ""
    return ", ".join(f"{effect.label} ({effect.severity.value})" for effect in effects) or "none"
