"""Time zones: named after places, old names understood, offsets refused."""

from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from ldnapp.people.zones import canonical_zone, named_zones, validate_zone
from tests.factories import PatientFactory


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Pacific", "America/Los_Angeles"),
        ("GB", "Europe/London"),
        ("Australia/ACT", "Australia/Sydney"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Pacific/Enderbury", "Pacific/Kanton"),
    ],
)
def test_an_old_name_becomes_todays(old: str, present: str) -> None:
    """P32: an account made when the zone had another name does not crash."""
    assert canonical_zone(old) == present
    with pytest.raises(ValidationError, match="newer name"):
        validate_zone(old)


@pytest.mark.parametrize(
    "name",
    [
        "GMT+4",
        "Etc/GMT-4",
        "Etc/GMT+4",
        "UTC",
        "GMT",
        "EST",
        "EST5EDT",
        "+04:00",
        "",
        "Mars/Olympus",
        "../../etc/passwd",
    ],
)
def test_an_offset_or_an_unknown_name_is_refused_with_a_reason(name: str) -> None:
    """P77: "GMT+4" knows no summer time, and its sign is read the wrong way round."""
    with pytest.raises(ValidationError, match="named after a place"):
        canonical_zone(name)


def test_every_zone_on_offer_is_known_to_the_clock_and_kept_as_it_is() -> None:
    for name in named_zones():
        assert ZoneInfo(name).key == name
        validate_zone(name)


@pytest.mark.django_db
def test_a_patients_zone_is_checked_with_the_rest_of_the_row() -> None:
    with pytest.raises(ValidationError) as refused:
        PatientFactory.build(time_zone="Etc/GMT-4").full_clean(exclude=["user"])
    assert list(refused.value.message_dict) == ["time_zone"]
