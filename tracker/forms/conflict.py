"""The day was saved elsewhere while this form was open: both sets of values, and a choice between them.

Each answer that differs is a choice ``keep_<name>`` of "saved" or "mine"; the rest of the form comes
along hidden. The dose is one answer, whatever its parts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.answers import Answers
from tracker.sheet import MedicineFacts
from tracker.symptoms import SYMPTOM_KEYS

from .beside import TICK, is_beside
from .diary import answers_in_words, initial_of

PREFIX, SAVED = "keep_", "saved"
PARTS: Mapping[str, Callable[[str], bool]] = {
    **{key: key.__eq__ for key in SYMPTOM_KEYS},
    "dose": lambda name: name.startswith("dose_"),
    "side_effects": lambda name: is_beside(name) and not name.startswith(TICK),
    "as_needed": lambda name: name.startswith(TICK),
    "note": "note".__eq__,
}
BLANK = "blank"


@dataclass(frozen=True)
class Choice:
    """One answer that differs, in words."""

    key: str
    label: str
    saved: str
    mine: str

    @property
    def starts_as_mine(self) -> bool:
        """Mine is chosen beforehand, unless I left it blank: blank is no answer, and must not take one away."""
        return self.mine != BLANK


def with_choices(posted: Mapping[str, str], stored: Answers) -> dict[str, str]:
    """The posted form with each answer that was to stay as saved taken from the stored day."""
    merged, saved = dict(posted.items()), {**initial_of(stored, 0, None), "dose_confirmed": stored.dose_mg}
    for key, belongs in PARTS.items():
        if posted.get(PREFIX + key) == SAVED:
            merged = {name: value for name, value in merged.items() if not belongs(name)}
            merged |= {name: _typed(value) for name, value in saved.items() if belongs(name)}
    return merged


def was_chosen(posted: Mapping[str, str]) -> bool:
    """Whether this form comes from the conflict page."""
    return any(name.startswith(PREFIX) for name in posted)


def differences(stored: Answers, mine: Answers, medicines: Sequence[MedicineFacts] = ()) -> tuple[list[Choice], str]:
    """The answers that differ, and one sentence on those that are the same (empty where none is)."""
    lines = [
        Choice(key, label, saved or BLANK, own or BLANK)
        for (key, label, saved), (_, _, own) in zip(
            answers_in_words(stored, medicines), answers_in_words(mine, medicines), strict=True
        )
    ]
    choices = [line for line in lines if line.saved != line.mine]
    same = [f"{line.label} {line.saved}" for line in lines if line.saved == line.mine != BLANK]
    return choices, f"The same in both: {', '.join(same)}." if same else ""


def hidden_fields(posted: Mapping[str, str], version: int) -> list[tuple[str, str]]:
    """What the conflict page sends along: my answers, and the version that it shows."""
    fields = {name: value for name, value in posted.items() if not name.startswith((PREFIX, "csrf"))}
    return list({**fields, "version": str(version)}.items())


def _typed(value: Any) -> str:
    return "" if value is None else str(value)
