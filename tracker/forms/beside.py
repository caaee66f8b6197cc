"""What a diary day says beside scores and dose: side effects, and when-needed medicines.

Read straight from what was sent, without a form field each: the page has two dozen of them. Names are
single-valued, so that they can be kept while someone signs in again: ``has_<key>`` with ``effect_<key>``,
``effects_none``, ``effects_same``, ``effect_words`` and ``as_needed_<number>``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tracker.effects import (
    BY_KEY,
    EFFECTS,
    OTHER,
    OWN_WORDS_MAX,
    Effect,
    Kind,
    Severity,
    SideEffect,
    SideEffects,
    effects_words,
)
from tracker.sheet import MedicineFacts, Sheet

PREFIXES = ("has_", "effect_", "effects_", "as_needed_")
TICK = "as_needed_"


class Unclear(ValueError):
    """What was sent can't be kept as it is; the message says why in plain words."""


class EffectRow(NamedTuple):
    """One side effect as the page shows it."""

    effect: Effect
    severity: str  # "" where it is not chosen
    is_chosen: bool


def read_effects(sent: Mapping[str, Any]) -> SideEffects | None:
    """The side effects that were sent; None where nothing was tapped. Raises Unclear."""
    chosen = [effect for effect in EFFECTS if sent.get(f"has_{effect.key}")]
    same = _from_text(sent.get("effects_same", ""))
    if sent.get("effects_none"):
        if chosen or same:
            raise Unclear("You also chose “None today”. Which is right?")
        return ()
    if same and chosen:
        raise Unclear("You also chose “Same as yesterday”. Please choose one of the two.")
    if same:
        return same
    return tuple(_chosen(effect, sent) for effect in chosen) or None


def _chosen(effect: Effect, sent: Mapping[str, Any]) -> SideEffect:
    severity = sent.get(f"effect_{effect.key}", "")
    if severity not in set(Severity):
        raise Unclear(f"{effect.label}: how much? Mild, moderate or severe.")
    words = str(sent.get("effect_words", "")).strip() if effect.key == OTHER else ""
    if effect.key == OTHER and not words:
        raise Unclear("Something else: what was it, in a few words?")
    if "\x00" in words:  # no database text holds one
        raise Unclear("Something else: please write it in plain letters.")
    if len(words) > OWN_WORDS_MAX:
        raise Unclear(f"Something else: please shorten it to {OWN_WORDS_MAX} characters or fewer.")
    return SideEffect(effect.key, Severity(severity), words)


def read_ticks(sent: Mapping[str, Any], offered: Iterable[int]) -> tuple[int, ...]:
    """The numbers of the medicines that were ticked. Raises Unclear for one that is not this patient's."""
    numbers = {name.removeprefix(TICK) for name, value in sent.items() if name.startswith(TICK) and value}
    known = {str(number): number for number in offered}
    if not numbers <= known.keys():
        raise Unclear("One of the medicines is not on your list any more. Please tick them once more.")
    return tuple(sorted(known[number] for number in numbers))


def initial_of(effects: SideEffects | None, ticked: Iterable[int]) -> dict[str, str]:
    """These side effects and ticks as the page would send them."""
    said = {f"{TICK}{number}": "1" for number in ticked}
    if effects == ():
        said["effects_none"] = "1"
    for effect in effects or ():
        said |= {f"has_{effect.key}": "1", f"effect_{effect.key}": effect.severity.value}
        if effect.words:
            said["effect_words"] = effect.words
    return said


def offered_effects(shown: Mapping[str, Any], *, asks_withdrawal: bool) -> list[EffectRow]:
    """Every side effect that the page offers, and any other that was chosen before: none is lost (P42)."""
    found = []
    for effect in EFFECTS:
        severity, is_chosen = str(shown.get(f"effect_{effect.key}", "")), bool(shown.get(f"has_{effect.key}"))
        if effect.kind != Kind.WITHDRAWAL or asks_withdrawal or is_chosen:
            found.append(EffectRow(effect, severity, is_chosen))
    return found


def as_text(effects: SideEffects | None) -> str:
    """For the value of "same as yesterday": it carries what the page showed."""
    return "\n".join("|".join(effect) for effect in effects or ())


def _from_text(text: str) -> SideEffects:
    found = []
    for line in text.split("\n") if text else ():
        key, _, rest = line.partition("|")
        severity, _, words = rest.partition("|")
        if key not in BY_KEY or severity not in set(Severity) or len(words) > OWN_WORDS_MAX or "\x00" in words:
            raise Unclear("Please choose the side effects once more.")
        found.append(SideEffect(key, Severity(severity), words.strip()))
    return tuple(found)


def is_beside(name: str) -> bool:
    """Whether this is the name of one of these inputs."""
    return name.startswith(PREFIXES)


SEVERITIES = tuple((each.value, each.value.capitalize(), each.words) for each in Severity)


def effects_html(rows: Sequence[EffectRow], words: str) -> SafeString:
    """These side effects as taps."""
    context = {"rows": rows, "severities": SEVERITIES, "words": words}
    return render_to_string("tracker/diary/_effects.html", context)


@cache
def untouched_effects(asks_withdrawal: bool) -> SafeString:
    """The side effects of a day that says nothing of them: nobody's answers are in it, so it can be kept."""
    return effects_html(offered_effects({}, asks_withdrawal=asks_withdrawal), "")


class BesideForm(forms.Form):
    """The part of a diary day beside scores and dose."""

    side_effects = forms.CharField(label="Side effects", required=False)  # where its errors stand

    sheet: Sheet
    day: date | None = None
    asks_withdrawal = False  # while an opioid flag is open
    effects_yesterday: SideEffects | None = None

    @property
    def effect_rows(self) -> list[EffectRow]:
        """The side effects of the page, as they are shown."""
        return offered_effects(self._all_shown, asks_withdrawal=self.asks_withdrawal)

    @property
    def effects_html(self) -> SafeString:
        """The taps of all side effects. Untouched they are the same for everyone, and made once."""
        rows, words = self.effect_rows, self.effect_words
        if words or any(row.severity or row.is_chosen for row in rows):
            return effects_html(rows, words)
        return untouched_effects(self.asks_withdrawal)

    @property
    def effects_none(self) -> bool:
        """Whether "None today" is chosen."""
        return bool(self._all_shown.get("effects_none"))

    @property
    def effect_words(self) -> str:
        """The own words of "something else"."""
        return str(self._all_shown.get("effect_words", ""))

    @property
    def same_effects(self) -> tuple[str, str] | None:
        """(value, words) of "same as yesterday"; None where yesterday said none."""
        if not self.effects_yesterday:
            return None
        return as_text(self.effects_yesterday), effects_words(self.effects_yesterday)

    @property
    def ticks(self) -> list[tuple[MedicineFacts, bool]]:
        """The when-needed medicines of the day, each with whether it is ticked."""
        shown = self._all_shown
        return [(each, bool(shown.get(f"{TICK}{each.pk}"))) for each in self._offered]

    @property
    def _offered(self) -> list[MedicineFacts]:
        """Those that are taken on the day when needed, and any that the day ticks: none is lost (P42)."""
        shown = self._all_shown
        return [
            each
            for each in self.sheet.medicines
            if shown.get(f"{TICK}{each.pk}") or (each.is_as_needed and self.day is not None and each.taken_on(self.day))
        ]

    @property
    def _all_shown(self) -> Mapping[str, Any]:
        return self.data if self.is_bound else self.initial

    @property
    def has_more_to_say(self) -> bool:
        """Whether a side effect or a tick is chosen: "Anything else?" then says so."""
        return any(is_beside(name) and value for name, value in self._all_shown.items())

    def read_beside(self) -> dict[str, Any]:
        """Side effects and ticks as they were sent; adds an error where they can't be kept."""
        try:
            ticked = read_ticks(self.data, [each.pk for each in self.sheet.medicines])
            return {"side_effects": read_effects(self.data), "as_needed": ticked}
        except Unclear as reason:
            self.add_error("side_effects", str(reason))
            return {}
