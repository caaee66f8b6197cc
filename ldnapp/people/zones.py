"""Named time zones: the place names people know ("Europe/London"), old names mapped to today's.

Offsets such as "GMT+4" or "Etc/GMT-4" are refused: they know no summer time, and their sign is read
the wrong way round. Source of both lists: the IANA database in the tzdata package.
"""

import re
from functools import cache
from importlib.resources import files

from django.core.exceptions import ValidationError

DEFAULT_ZONE = "Europe/London"
# The database links these to a city ("EST" to Panama), which is not what people mean by them.
ABBREVIATION = re.compile(r"[A-Z]{2,3}T(\d[A-Z]{3})?")


@cache
def named_zones() -> tuple[str, ...]:
    """All zones that are named after a place, in alphabetical order."""
    rows = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    return tuple(sorted(row.split("\t")[2] for row in rows if row and not row.startswith("#")))


@cache
def _old_names() -> dict[str, str]:
    """Old name -> present name, from the database's link lines ("L present old")."""
    rows = (files("tzdata.zoneinfo") / "tzdata.zi").read_text(encoding="utf-8").splitlines()
    links = (row.split()[1:] for row in rows if row.startswith("L "))
    return {old: present for present, old in links}


def canonical_zone(name: str) -> str:
    """The named zone that is meant by this name, old names included ("Asia/Calcutta" is Asia/Kolkata).

    Raises ValidationError for an offset, an abbreviation or an unknown name.
    """
    known = frozenset(named_zones())
    while name not in known and name in _old_names() and not ABBREVIATION.fullmatch(name):
        name = _old_names()[name]
    if name not in known:
        raise ValidationError("Choose a time zone that is named after a place, such as Europe/London.")
    return name


def validate_zone(name: str) -> None:
    """Refuse what canonical_zone() refuses, and an old name that was not mapped first."""
    if canonical_zone(name) != name:
        raise ValidationError("This zone has a newer name: choose it from the list.")
