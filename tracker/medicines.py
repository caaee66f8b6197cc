"""Recognises an opioid in the name of a medicine, as people write it.

The list is data/opioids.toml, the order of the steps CLINICAL.md §3.2: a phrase of the list, unless a
longer exception covers it; two words that are one; a stem inside a word; a word that is nearly a name.
It is not a full check: the list misses products, so whoever uses it also asks. A match informs, never blocks.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data" / "opioids.toml"
LONGEST_TEXT = 300  # characters that are looked at: no medicine's name is longer
JOINED_MIN, NEARLY_MIN, NEARLY_LONG = 6, 7, 10  # letters
LONG_ACTING_WORDS = frozenset({"patch", "patches", "sr", "mr", "xl", "er", "cr", "pr", "la", "lp", "retard"})
LONG_ACTING_NAMES = frozenset({"methadone", "buprenorphine"})  # leave the body over weeks: CLINICAL.md §3.1
UNSURE = "unsure"
NUMBER = re.compile(r"\d+(mg|mcg|ug|g|ml)?")
STRENGTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*mg")
TABLET_MG = 25  # from here on naltrexone is the licensed tablet, not a low dose

Tokens = tuple[str, ...]


class OpioidMatch(NamedTuple):
    """What was recognised."""

    name: str  # as the list has it
    generic: str
    group: str
    level: str  # "urgent", "soon", "info", or "unsure": ask, and flag only after a yes
    is_long_acting: bool = False  # a patch or a long-acting one: it is asked about 28 days, not 14


@dataclass(frozen=True)
class Substance:
    """One entry of the list."""

    generic: str
    group: str
    level: str


@dataclass(frozen=True)
class Lists:
    """The file, ready for matching."""

    phrases: Mapping[Tokens, tuple[str, Substance]]
    longest: int  # words of the longest phrase
    cancels: frozenset[Tokens]  # exceptions and other medicines
    other_words: frozenset[str]  # one-word names of other medicines: nothing nearer to these is asked about
    joined: Mapping[str, tuple[str, Substance]]
    stems: tuple[tuple[str, Substance], ...]
    near: Mapping[str, Sequence[tuple[str, str, Substance]]]  # by first letter: (word, name, substance)
    treatment: frozenset[Tokens]  # what this diary is about: no second naltrexone
    dropped: frozenset[str]  # form words and salts
    words: Mapping[str, Mapping[str, str]]  # what is said, by level


def find_opioid(text: str) -> OpioidMatch | None:
    """The opioid, or opioid-like medicine, that this text names; None where it names none of the list.

    Any case, accents, strengths and punctuation; at most 300 characters are looked at. "naltrexone" or
    "LDN" alone is the treatment itself and is no match.
    """
    lists = _lists()
    apart = _words(text[:LONGEST_TEXT])  # "Panamax Co" ends in a "co" that belongs to no next word
    full = tokens(text[:LONGEST_TEXT])
    short, short_apart = (_short(words, lists) for words in (full, apart))
    found = next((hit for words in (full, short, apart, short_apart) if (hit := _phrase(words, lists))), None)
    found = found or _joined(short, lists) or _stem(short, lists)
    if found is not None:
        name, substance = found
        if tokens(name) in lists.treatment and not _is_tablet(text[:LONGEST_TEXT]):
            return None
        return _match(name, substance, substance.level, full)
    nearly = _nearly(short, lists)
    return _match(*nearly, UNSURE, full) if nearly else None


def _is_tablet(text: str) -> bool:
    """Whether a strength in this text is that of the licensed tablet."""
    return any(float(mg.replace(",", ".")) >= TABLET_MG for mg in STRENGTH.findall(text.lower()))


def words_for(level: str) -> Mapping[str, str]:
    """What is said about a match of this level to "patient" and "prescriber", and the question to "ask".

    The texts hold {name}, {generic} and so on for the caller to fill in. KeyError for another level.
    """
    return _lists().words[level]


def _words(text: str) -> Tokens:
    """The words of a text: no accents, lower case, no apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    return tuple(re.findall(r"[^\W_]+", re.sub(r"['’`´]", "", plain)))


def _short(words: Tokens, lists: Lists) -> Tokens:
    """The words without strengths, form words and salts."""
    return tuple(word for word in words if word not in lists.dropped and not NUMBER.fullmatch(word))


def tokens(text: str) -> Tokens:
    """The words of a text, "co" and the next one as one word: "co codamol" is "cocodamol"."""
    joined: list[str] = []
    for word in _words(text):
        if joined and joined[-1] == "co":
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def _match(name: str, substance: Substance, level: str, full: Tokens) -> OpioidMatch:
    is_long = substance.generic in LONG_ACTING_NAMES or not LONG_ACTING_WORDS.isdisjoint(full)
    return OpioidMatch(name, substance.generic, substance.group, level, is_long and level == "urgent")


def _spans(words: Tokens, longest: int) -> Iterator[tuple[int, Tokens]]:
    """Every run of consecutive words, longest first, with its place."""
    for length in range(min(longest, len(words)), 0, -1):
        for place in range(len(words) - length + 1):
            yield place, words[place : place + length]


def _phrase(words: Tokens, lists: Lists) -> tuple[str, Substance] | None:
    """The longest listed phrase that no exception of at least its length covers."""
    cancelled = [(place, len(run)) for place, run in _spans(words, lists.longest) if run in lists.cancels]
    for place, run in _spans(words, lists.longest):
        found = lists.phrases.get(run)
        if found and not _is_covered(place, len(run), cancelled):
            return found
    return None


def _is_covered(place: int, length: int, by: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place and place + length <= start + size and size >= length for start, size in by)


def _uncancelled(words: Tokens, lists: Lists) -> Tokens:
    """The words that are part of no exception and no other medicine's name."""
    kept = list(words)
    for place, run in _spans(words, lists.longest):
        if run in lists.cancels:
            kept[place : place + len(run)] = [""] * len(run)
    return tuple(kept)


def _joined(words: Tokens, lists: Lists) -> tuple[str, Substance] | None:
    """Two neighbours that are one name together: "oxy contin"."""
    pairs = pairwise(_uncancelled(words, lists))
    return next((lists.joined[one + two] for one, two in pairs if one and two and one + two in lists.joined), None)


def _stem(words: Tokens, lists: Lists) -> tuple[str, Substance] | None:
    """A word with a stem in it: foreign and compound spellings."""
    for word in _uncancelled(words, lists):
        for stem, substance in lists.stems:
            if stem in word:
                return substance.generic, substance
    return None


def _nearly(words: Tokens, lists: Lists) -> tuple[str, Substance] | None:
    """A word that is nearly an English generic or one-word brand, and no nearer to another medicine."""
    for word in _uncancelled(words, lists):
        if len(word) < NEARLY_MIN or not word.isascii():
            continue
        most = 1 if len(word) < NEARLY_LONG else 2
        candidates = lists.near.get(word[0], ())
        close = [(_distance(word, each, most), name, substance) for each, name, substance in candidates]
        best = min((each for each in close if each[0] <= most), key=lambda each: each[0], default=None)
        if best and not any(_distance(word, other, best[0]) <= best[0] for other in lists.other_words):
            return best[1], best[2]
    return None


def _distance(one: str, two: str, most: int) -> int:
    """Damerau-Levenshtein distance (a swap of neighbours is one step), or most + 1 where it is larger."""
    if abs(len(one) - len(two)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i] + [0] * len(two)
        for j, other in enumerate(two, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


@cache
def _lists() -> Lists:
    """The file, read once."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    phrases: dict[Tokens, tuple[str, Substance]] = {}
    near: dict[str, list[tuple[str, str, Substance]]] = {}
    stems: list[tuple[str, Substance]] = []
    for entry in data["substance"]:
        substance = Substance(entry["generic"], entry["group"], entry["level"])
        for name in _names(entry):
            phrases.setdefault(tokens(name), (name, substance))
        for name in [entry["generic"].split(" (")[0], *entry.get("brands", [])]:
            word = tokens(name)
            if len(word) == 1 and word[0].isascii():
                near.setdefault(word[0][0], []).append((word[0], name, substance))
        stems += [(stem, substance) for stem in entry.get("stems", [])]
    others = {tokens(name) for name in data["not_opioid"]}
    cancels = frozenset(others | {tokens(name) for name in data["exceptions"]})
    return Lists(
        phrases=phrases,
        longest=max(map(len, [*phrases, *cancels])),
        cancels=cancels,
        other_words=frozenset(name[0] for name in others if len(name) == 1),
        joined={words[0]: found for words, found in phrases.items() if len(words) == 1 and len(words[0]) >= JOINED_MIN},
        stems=tuple(stems),
        near=near,
        treatment=frozenset(tokens(name) for name in data["matching"]["never_flag_alone"]),
        dropped=frozenset(data["matching"]["drop_tokens"]),
        words=data["say"],
    )


def _names(entry: Mapping[str, Any]) -> list[str]:
    """Every way in which the list writes one substance."""
    return [name for kind in ("names", "salts", "products", "brands", "misspellings") for name in entry.get(kind, [])]
