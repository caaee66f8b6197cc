"""Reading a dose as people write it, and telling a slip from a dose."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dose import (
    MAX_MG,
    MIN_MG,
    UnreadableDose,
    dose_words,
    in_words,
    mg_text,
    needs_confirming,
    parse_dose,
)

doses = st.decimals(MIN_MG, MAX_MG, places=2)
STYLES = ("{}", " {} ", "{} mg", "{}mg", " {} MG ", "{} milligrams", "{} Milligram", "\t{}\u00a0mg")

A_NUMBER, MICROGRAMS, NONE_TAKEN, TOO_MUCH = "a number of mg", "micrograms", "Did not take it", "More than 15 mg"


@pytest.mark.parametrize(
    ("typed", "mg"),
    [
        ("4.5", "4.50"),
        ("4,5", "4.50"),
        ("4·5", "4.50"),
        (" 4.5 mg", "4.50"),
        ("4.50", "4.50"),
        ("3", "3.00"),
        ("0.5", "0.50"),
        ("0,5", "0.50"),
        (".5", "0.50"),
        ("1,50", "1.50"),
        ("0.01", "0.01"),
        ("15", "15.00"),
        ("15.00 mg", "15.00"),
    ],
)
def test_a_dose_is_read_as_it_was_meant(typed: str, mg: str) -> None:
    """P35: every decimal mark that people use; two places, always."""
    found = parse_dose(typed)
    assert str(found) == mg


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        *[(typed, A_NUMBER) for typed in ("", " ", "mg", ".", "4.", "4.5.5", "4,5,5", "1,500", "1.500", "0.005")],
        *[(typed, A_NUMBER) for typed in ("05", "00.5", "007", "4 5", "4 . 5", "-1", "+3", "1e1", "NaN", "inf")],
        *[(typed, A_NUMBER) for typed in ("three", "2x1.5", "1/2", "½", "4.5 ml", "4.5 g", "4.5 mg/ml", "4.5 mg 3")],
        *[(typed, A_NUMBER) for typed in ("５", "４.５", "٤.٥", "४", "4\x00", "4;5", "4'5", "10000", "1" * 10_000)],
        *[(typed, MICROGRAMS) for typed in ("500 mcg", "4.5 ug", "1 µg", "1 μg", "2 micrograms", "3 MCG")],
        *[(typed, NONE_TAKEN) for typed in ("0", "0.0", "0,00 mg", ".00")],
        *[(typed, TOO_MUCH) for typed in ("15.01", "15,1", "45", "150", "9999")],
    ],
)
def test_what_cant_be_read_for_certain_is_refused_with_the_reason(typed: str, reason: str) -> None:
    """P35: nothing is rounded, guessed or converted; "05" is 0.5 with its point lost as often as it is 5."""
    with pytest.raises(UnreadableDose, match=reason):
        parse_dose(typed)


@given(doses, st.sampled_from(".,·"), st.sampled_from(STYLES))
def test_a_dose_reads_back_as_written(mg: Decimal, point: str, style: str) -> None:
    """P35: neither the decimal mark nor the unit ever moves the point."""
    assert parse_dose(style.format(str(mg).replace(".", point))) == mg


@given(doses)
def test_a_dose_reads_back_as_it_is_shown(mg: Decimal) -> None:
    """P41: the words of a page can be typed into it."""
    assert parse_dose(mg_text(mg)) == mg


@given(st.text("0123456789.,· mguµ５-", max_size=9))
def test_any_text_is_a_dose_within_bounds_or_is_refused(typed: str) -> None:
    """P35, P36: a Decimal of two places from 0.01 to 15.00, or a sentence."""
    try:
        mg = parse_dose(typed)
    except UnreadableDose:
        return
    assert MIN_MG <= mg <= MAX_MG
    assert mg.as_tuple().exponent == -2


def test_amounts_add_up_exactly() -> None:
    """P36: 0.1 + 0.2 is 0.3."""
    assert parse_dose("0.1") + parse_dose("0.2") == parse_dose("0.3")


@pytest.mark.parametrize(
    ("mg", "usual", "asks"),
    [
        ("4.50", None, False),
        ("4.51", None, True),
        ("15.00", None, True),
        ("0.01", None, False),
        ("3.00", "3.00", False),
        ("4.50", "3.00", False),
        ("4.51", "3.00", True),
        ("3.99", "2.00", False),
        ("4.00", "2.00", True),
        ("0.99", "0.50", False),
        ("1.00", "0.50", True),
        ("6.00", "6.00", False),
        ("5.99", "6.00", True),
        ("4.50", "6.00", False),
        ("12.00", "6.00", True),
    ],
)
def test_an_amount_that_looks_like_a_slip_is_asked_about(mg: str, usual: str | None, asks: bool) -> None:
    """P35: more than 4.50 that is not the usual dose, or twice that dose or more; both sides of each boundary."""
    assert needs_confirming(Decimal(mg), Decimal(usual) if usual else None) is asks


@given(doses)
def test_the_usual_dose_itself_is_never_asked_about(mg: Decimal) -> None:
    assert not needs_confirming(mg, mg)


@pytest.mark.parametrize(
    ("mg", "text"),
    [("3.00", "3.0 mg"), ("4.50", "4.5 mg"), ("0.75", "0.75 mg"), ("0.05", "0.05 mg"), ("12.00", "12.0 mg")],
)
def test_a_dose_is_shown_with_one_place_or_two_where_needed(mg: str, text: str) -> None:
    assert mg_text(Decimal(mg)) == text


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        ("4.50", "four point five milligrams"),
        ("1.00", "one milligram"),
        ("0.50", "zero point five milligrams"),
        ("0.05", "zero point zero five milligrams"),
        ("10.25", "ten point two five milligrams"),
        ("15.00", "fifteen milligrams"),
    ],
)
def test_a_dose_in_words_shows_where_its_point_is(mg: str, words: str) -> None:
    assert in_words(Decimal(mg)) == words


@given(doses)
def test_no_two_doses_have_the_same_words(mg: Decimal) -> None:
    """P35: a tenth or ten times as much reads differently."""
    for slipped in (mg * 10, mg / 10):
        if MIN_MG <= slipped <= MAX_MG:
            assert in_words(slipped) != in_words(mg)


@pytest.mark.parametrize(
    ("status", "mg", "timing", "words"),
    [
        ("", None, "", ""),
        ("", Decimal("3.00"), "bedtime", ""),
        ("skipped", None, "", "not taken"),
        ("taken", Decimal("3.00"), "", "3.0 mg"),
        ("taken", Decimal("3.00"), "bedtime", "3.0 mg, bedtime"),
        ("taken", None, "", "taken, amount not given"),
        ("taken", None, "morning", "taken, amount not given, morning"),
    ],
)
def test_taken_skipped_and_not_recorded_are_three_different_words(
    status: str, mg: Decimal | None, timing: str, words: str
) -> None:
    """P38, P73: untouched is never "not taken", and a dose without an amount is a dose."""
    assert dose_words(status, mg, timing) == words
