"""Help lines by country (CLINICAL.md §6.2; every number to be confirmed before real use)."""

from typing import NamedTuple


class Line(NamedTuple):
    """One way to reach someone now."""

    label: str
    number: str  # as it is read
    dial: str  # as it is dialled; "sms:" numbers are texted


class Country(NamedTuple):
    """What a country has."""

    codes: frozenset[str]  # ISO 3166; empty: everywhere else
    name: str
    emergency: Line | None  # in danger now
    lines: tuple[Line, ...] = ()
    remark: str = ""


SAMARITANS = Line("Samaritans, day and night, free", "116 123", "tel:116123")
MEMBERS = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IT LV LT LU MT NL PL PT RO SK SI ES SE"
EUROPEAN_UNION = frozenset(MEMBERS.split(" "))  # Ireland has an entry of its own

COUNTRIES = (
    Country(
        frozenset({"GB", "IM", "JE", "GG"}),
        "United Kingdom",
        Line("Emergency services", "999", "tel:999"),
        (
            SAMARITANS,
            Line("NHS, mental health option", "111", "tel:111"),
            Line("Shout: text SHOUT", "85258", "sms:85258"),
            Line("Lifeline, Northern Ireland", "0808 808 8000", "tel:08088088000"),
        ),
        "With 111: in England choose option 2, in Wales dial 111 and then 2, in Scotland dial 111.",
    ),
    Country(frozenset({"IE"}), "Ireland", Line("Emergency services", "112 or 999", "tel:112"), (SAMARITANS,)),
    Country(EUROPEAN_UNION, "European Union", Line("Emergency services", "112", "tel:112")),
    Country(
        frozenset({"US", "CA"}),
        "United States and Canada",
        Line("Emergency services", "911", "tel:911"),
        (Line("Suicide and crisis line, call or text", "988", "tel:988"),),
    ),
    Country(
        frozenset({"AU"}),
        "Australia",
        Line("Emergency services", "000", "tel:000"),
        (Line("Lifeline, day and night", "13 11 14", "tel:131114"),),
    ),
    Country(frozenset(), "Anywhere else", None, (), "Call your local emergency number."),
)


def country_of(code: str) -> Country:
    """The country of this ISO 3166 code; "anywhere else" where it has none of its own here."""
    return next((each for each in COUNTRIES if code in each.codes), COUNTRIES[-1])


def ordered(code: str) -> list[Country]:
    """Every country, this one first."""
    own = country_of(code)
    return [own, *(each for each in COUNTRIES if each is not own)]
