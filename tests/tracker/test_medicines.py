"""The matcher of opioids: every listed name found, no other medicine alarmed about. H1 and H2 of CLINICAL.md."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.medicines import DATA, find_opioid, tokens, words_for
from tracker.suggestions import SUGGESTIONS

from .medicine_names import OPIOIDS, OTHERS

LIST: dict[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
TREATMENT = {tokens(name) for name in LIST["matching"]["never_flag_alone"]}
KINDS = ("names", "salts", "products", "brands", "misspellings")


def listed() -> list[tuple[str, str, str]]:
    """(name, generic, level) of every name of the list, but for the treatment's own."""
    return [
        (name, entry["generic"], entry["level"])
        for entry in LIST["substance"]
        for kind in KINDS
        for name in entry.get(kind, [])
        if tokens(name) not in TREATMENT
    ]


def test_every_listed_name_is_found_at_its_level() -> None:
    """H1: also in capitals, with a strength, and in a sentence."""
    names = listed()
    assert len(names) > 800
    wrong = []
    for name, generic, level in names:
        for text in (name, name.upper(), f"{name} 30 mg tablets", f"I take {name} at night"):
            match = find_opioid(text)
            if match is None or (match.generic, match.level) != (generic, level):
                wrong.append((text, match))
    assert not wrong


def test_no_other_listed_medicine_and_no_exception_is_matched() -> None:
    """H2: look-alikes, and products without an opioid in a range that has one."""
    others = [*LIST["not_opioid"], *LIST["exceptions"], *SUGGESTIONS]
    assert len(others) > 250
    assert [name for name in others if find_opioid(name) is not None] == []


def test_of_a_hundred_opioids_that_are_not_listed_so_each_is_found_or_asked_about() -> None:
    """H1: names, spellings and sentences that stand in neither list, written down before they were tried."""
    assert len(OPIOIDS) == 100
    assert [text for text in OPIOIDS if find_opioid(text) is None] == []


def test_of_a_hundred_other_things_none_is_matched() -> None:
    """H2: medicines, supplements and sentences that stand in neither list."""
    assert len(OTHERS) == 100
    assert [(text, find_opioid(text)) for text in OTHERS if find_opioid(text) is not None] == []


@pytest.mark.parametrize(
    ("text", "generic"),
    [
        ("codeine free", None),
        ("no codeine but morphine", "morphine"),
        ("Solpadeine Headache", None),
        ("Solpadeine Plus", "codeine"),
        ("Solpadeine Max", "codeine"),
        ("Nurofen", None),
        ("nurofen PLUS", "codeine"),
        ("Tylenol", None),
        ("Tylenol 3", "codeine"),
        ("oxy contin", "oxycodone"),
        ("bu trans", "buprenorphine"),
        ("co codamol 30/500", "codeine"),
        ("CO-CODAMOL", "codeine"),
        ("co-amoxiclav", None),
        ("codéïne", "codeine"),
        ("stopped codeine last week", "codeine"),
        ("LDN", None),
        ("naltrexone 4.5 mg", None),
        ("low dose naltrexone 1,5 mg", None),
        ("Naltrexone 50mg tablets", "naltrexone in another product"),
        ("Mysimba", "naltrexone in another product"),
        ("travel sickness", None),
        ("as stated by my doctor", None),
        ("", None),
        ("<script>alert('x')</script>", None),
    ],
)
def test_names_that_are_easily_mistaken(text: str, generic: str | None) -> None:
    """A longer opioid name beats a shorter exception, and an exception covers what it holds."""
    match = find_opioid(text)
    assert (match and match.generic) == generic


@pytest.mark.parametrize(
    ("text", "generic"), [("morphne", "morphine"), ("tramadole", "tramadol"), ("hydrocodne", "hydrocodone")]
)
def test_what_is_only_nearly_a_name_is_asked_about_or_known(text: str, generic: str) -> None:
    match = find_opioid(text)
    assert match is not None
    assert match.generic == generic


@pytest.mark.parametrize("text", ["menadione", "metadiexine", "codergocrine", "apomorphine", "palmitoylethanolamide"])
def test_what_is_as_near_to_another_medicine_is_not_asked_about(text: str) -> None:
    assert find_opioid(text) is None


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("methadone", True),
        ("fentanyl patch", True),
        ("tramadol SR 100 mg", True),
        ("codeine", False),
        ("Imodium patch", False),
    ],
)
def test_what_stays_in_the_body_for_long_is_asked_about_four_weeks(text: str, is_long: bool) -> None:
    match = find_opioid(text)
    assert match is not None
    assert match.is_long_acting is is_long


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault_and_in_any_case_alike(text: str) -> None:
    match = find_opioid(text)
    assert match == find_opioid(text)
    assert match is None or match.level in {"urgent", "soon", "info", "unsure"}


@given(st.sampled_from(["I had", "took", "with", "paracetamol and"]), st.sampled_from(listed()))
def test_a_name_is_found_among_other_words(before: str, name: tuple[str, str, str]) -> None:
    match = find_opioid(f"{before} {name[0]}")
    assert match is not None
    assert match.level in {name[2], "urgent"}


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    """A name has 200 characters at most; nobody's ten thousand cost time."""
    assert find_opioid("x" * 10_000 + " codeine") is None


@pytest.mark.parametrize("level", ["urgent", "soon", "info", "unsure"])
def test_each_level_has_its_words(level: str) -> None:
    assert set(words_for(level)) == {"patient", "prescriber", "ask"}
    assert words_for(level)["patient"]
