"""Every medical sentence that the site shows, from one file with its source and the date of its review.

Plain functions over data/claims.toml. A sentence that no clinician has confirmed yet says so.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data" / "claims.toml"
UNCONFIRMED = "not yet confirmed by a clinician"


class Claim(NamedTuple):
    """One sentence, or two or three that belong together."""

    key: str
    text: str
    source: str
    reviewed: date
    confirmed: bool
    used_on: tuple[str, ...]


def claim(key: str) -> Claim:
    """The claim of this key. Raises KeyError where there is none."""
    return claims()[key]


@cache
def claims() -> Mapping[str, Claim]:
    """Every claim by its key, in the order of the file."""
    rows = _file()["claim"]
    return {
        row["id"]: Claim(
            key=row["id"],
            text=row["text"],
            source=row["source"],
            reviewed=date.fromisoformat(row["reviewed"]),
            confirmed=row["confirmed"],
            used_on=tuple(row["used_on"]),
        )
        for row in rows
    }


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def unconfirmed() -> list[str]:
    """The keys of the claims that no clinician has confirmed."""
    return [each.key for each in claims().values() if not each.confirmed]


def past_review(today: date) -> list[str]:
    """The keys of the claims whose last review is twelve months ago or longer."""
    return [each.key for each in claims().values() if _due(each.reviewed) <= today]


def _due(reviewed: date) -> date:
    """The same date a year later; 29 February is due on 1 March."""
    try:
        return reviewed.replace(year=reviewed.year + 1)
    except ValueError:
        return date(reviewed.year + 1, 3, 1)
