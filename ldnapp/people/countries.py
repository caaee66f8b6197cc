"""Countries by ISO 3166 code, from the table that ships with the tzdata package."""

from importlib.resources import files


def _countries() -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, by name."""
    rows = (files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return tuple(sorted(((code, name) for code, name in pairs), key=lambda pair: pair[1]))


COUNTRIES = _countries()
