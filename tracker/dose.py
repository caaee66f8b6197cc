"""Reading a dose as people write it, and telling a slip from a dose.

A dose is a Decimal number of milligrams with at most two decimal places, from 0.01 to 15.00.
Nothing is ever rounded, guessed or converted: what can't be read for certain is refused with words
that say what to type. Bounds: published courses reach 12 mg, and 15 and 45 are what a lost decimal
point makes of 1.5 and 4.5 mg, the usual first and last step.
"""

import re
from decimal import Decimal

USUAL_MAX_MG = Decimal("4.50")
MAX_MG = Decimal("15.00")
MIN_MG = Decimal("0.01")
MAX_ML = Decimal("50.00")
LONGEST_TEXT = 20  # characters; nothing that is a dose is longer

# ASCII digits only: other scripts' digits pass for \d and are easily mistyped by a keyboard layout.
# No leading zero before a digit: "05" is 0.5 with its point lost as often as it is 5.
WRITTEN_DOSE = re.compile(r"(0|[1-9][0-9]{0,3})?(?:[.,·]([0-9]{1,2}))?\s*(?:mg|milligrams?)?", re.IGNORECASE)
MICROGRAMS = re.compile(r"mcg|ug|µg|μg|microgram", re.IGNORECASE)

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# When on the day, in words.
TIMES = {"bedtime": "bedtime", "morning": "morning", "other": "another time"}

UP_TO_MAX = (*DIGITS, "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen")


class UnreadableDose(ValueError):
    """What was typed is not a dose that can be kept; the message says why in plain words."""


def hundredths(typed: str) -> Decimal | None:
    """A number as people write it, with two places: "4,5" is 4.50; None for two marks, thousands or more places."""
    match = WRITTEN_DOSE.fullmatch(typed) if len(typed) <= LONGEST_TEXT else None
    if match is None or not any(match.groups()):
        return None
    whole, decimals = match.groups(default="0")
    return Decimal(f"{whole}.{decimals}").quantize(MIN_MG)


def parse_dose(text: str) -> Decimal:
    """The dose that was typed, in mg with two places: "4.5", "4,5", "4·5", " 4.5 mg" are 4.50.

    Raises UnreadableDose for anything else: two marks, thousands, more than two decimals, more
    than 15 mg, zero, micrograms.
    """
    typed = text.strip()
    if MICROGRAMS.search(typed[:LONGEST_TEXT]):
        raise UnreadableDose("Please write the dose in milligrams (mg). Doses in micrograms can't be kept here.")
    mg = hundredths(typed)
    if mg is None:
        raise UnreadableDose("Please write the dose as a number of mg, such as 4.5 or 3.")
    if mg < MIN_MG:
        raise UnreadableDose("If you took none, choose “Did not take it”.")
    if mg > MAX_MG:
        raise UnreadableDose(
            "More than 15 mg can't be kept here. Is a decimal point missing? "
            "If you really took more, call 111 for advice."
        )
    return mg


def parse_ml(text: str) -> Decimal:
    """The millilitres that were typed, with two places: "0.9", "0,9 ml". Raises UnreadableDose for anything else."""
    typed = text.strip().lower().removesuffix("ml").rstrip()
    ml = None if "mg" in typed else hundredths(typed)
    if ml is None:
        raise UnreadableDose("Please write the amount as a number of ml, such as 0.9 or 3.")
    if not MIN_MG <= ml <= MAX_ML:
        raise UnreadableDose("Please check the amount in ml. Is a decimal point missing?")
    return ml


def needs_confirming(mg: Decimal, usual_mg: Decimal | None) -> bool:
    """Whether to ask "is that right?": more than 4.50 mg that is not the usual dose, or twice that dose or more."""
    if usual_mg is None:
        return mg > USUAL_MAX_MG
    return (mg > USUAL_MAX_MG and mg != usual_mg) or mg >= 2 * usual_mg


def mg_text(mg: Decimal) -> str:
    """A dose as it is shown: one decimal place, two where needed ("3.0 mg", "0.75 mg")."""
    places = 1 if mg == mg.quantize(Decimal("0.1")) else 2
    return f"{mg:.{places}f} mg"


def in_words(mg: Decimal) -> str:
    """A dose in words, so that a slipped decimal point is seen: "four point five milligrams"."""
    whole, _, decimals = f"{mg:.2f}".partition(".")
    words = UP_TO_MAX[int(whole)]
    if decimals := decimals.rstrip("0"):
        words += " point " + " ".join(DIGITS[int(digit)] for digit in decimals)
    return f"{words} milligram{'' if mg == 1 else 's'}"


def dose_words(status: str, mg: Decimal | None, timing: str = "") -> str:
    """What was recorded of a day's dose, in words; empty where nothing was ("not recorded")."""
    if status == "skipped":
        return "not taken"
    if status != "taken":
        return ""
    amount = "taken, amount not given" if mg is None else mg_text(mg)
    return f"{amount}, {TIMES[timing]}" if timing else amount
