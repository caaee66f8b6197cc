"""What a dose is made of: capsules of given strengths, or a liquid of so many milligrams in a millilitre.

Amounts are exact decimals. The strength belongs to the bottle and is never assumed: 1 ml is 1 mg only
at 1 mg/ml, and 0.5, 1 and 5 mg/ml all exist (CLINICAL.md §2).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

HUNDREDTH = Decimal("0.01")
MIN_STRENGTH, MAX_STRENGTH = Decimal("0.01"), Decimal("20.00")  # mg/ml
USUAL_STRENGTHS = (Decimal("0.5"), Decimal("1"), Decimal("5"))  # mg/ml; any other asks "is that right?"
USUAL_CAPSULES = tuple(map(Decimal, ("0.5", "1", "1.5", "2", "2.5", "3", "4", "4.5")))  # mg
MOST_CAPSULES = 8  # of one dose: more is a slip


class Form(StrEnum):
    """What the pharmacy made."""

    CAPSULES = "capsules"
    LIQUID = "liquid"
    OTHER = "other"  # tablets, films, drops without a strength in ml


def mg_of(ml: Decimal, mg_per_ml: Decimal) -> Decimal:
    """The dose in mg of so many millilitres, to 0.01 mg, halves up: 0.9 ml at 5 mg/ml is 4.50 mg."""
    return (ml * mg_per_ml).quantize(HUNDREDTH, ROUND_HALF_UP)


def ml_of(mg: Decimal, mg_per_ml: Decimal) -> Decimal:
    """The millilitres of a dose, to 0.01 ml, halves up. Raises ZeroDivisionError for a strength of 0."""
    return (mg / mg_per_ml).quantize(HUNDREDTH, ROUND_HALF_UP)


def capsules_for(mg: Decimal, strengths: Sequence[Decimal]) -> tuple[tuple[int, Decimal], ...] | None:
    """The fewest whole capsules that make this dose, largest first: ((2, 1.50),); None where no sum does.

    At most MOST_CAPSULES of them.
    """
    sizes = sorted({int(size / HUNDREDTH) for size in strengths if size > 0}, reverse=True)
    target = int(mg / HUNDREDTH)
    fewest: dict[int, tuple[int, ...]] = {0: ()}  # hundredths of a mg: the capsules that make them
    for _ in range(MOST_CAPSULES):
        for total, used in list(fewest.items()):
            for size in sizes:
                if total + size <= target:
                    fewest.setdefault(total + size, (*used, size))
        if target in fewest:
            break
    made = fewest.get(target)
    return tuple((made.count(size), size * HUNDREDTH) for size in sizes if size in made) if made else None


def capsule_words(mg: Decimal, strengths: Sequence[Decimal]) -> str:
    """ "2 × 1.5 mg"; empty where these strengths can't make the dose, or none is known."""
    made = capsules_for(mg, strengths)
    return " + ".join(f"{count} × {number(size)} mg" for count, size in made) if made else ""


def number(value: Decimal) -> str:
    """A decimal as people write it: "1.5", "3", "0.75"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
