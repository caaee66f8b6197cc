"""The diary date of an instant, and which days may be written."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldnapp.people.zones import named_zones
from tracker.days import EDITABLE_DAYS_BACK, Written, diary_date, earliest_editable, is_editable, written

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
MIDNIGHT, THREE, NOON = time(0), time(3), time(12)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HALF_HOUR = timedelta(minutes=30)
FAR_APART = ("Pacific/Pago_Pago", "Africa/Abidjan", "Pacific/Kiritimati")  # UTC-11, UTC, UTC+14

# zone, the calendar date on which its clocks change, hours of the diary day that this night belongs to
CLOCK_CHANGES = [
    ("Europe/London", date(2026, 3, 29), 23.0),
    ("Europe/London", date(2026, 10, 25), 25.0),
    ("America/New_York", date(2026, 3, 8), 23.0),
    ("America/New_York", date(2026, 11, 1), 25.0),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
]

whole_hours = st.integers(0, 12).map(time)  # the day ends that the settings offer
zones = st.sampled_from(named_zones()).map(ZoneInfo)
moments = st.integers(0, 25 * 365 * 24 * 60).map(lambda minutes: datetime(2015, 1, 1, tzinfo=UTC) + minutes * MINUTE)
dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def at(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    """The instant at which clocks in this zone show this."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone))


@pytest.mark.parametrize("zone", FAR_APART)
@pytest.mark.parametrize(
    ("day", "hour", "day_end", "counts_as"),
    [
        (TUESDAY, 23, MIDNIGHT, TUESDAY),
        (WEDNESDAY, 0, MIDNIGHT, WEDNESDAY),
        (TUESDAY, 23, THREE, TUESDAY),
        (WEDNESDAY, 0, THREE, TUESDAY),
    ],
)
def test_half_an_hour_around_midnight_is_the_right_day_anywhere(
    zone: str, day: date, hour: int, day_end: time, counts_as: date
) -> None:
    """P20: 23:30 and 00:30 by the patient's own clock, whatever UTC says."""
    moment = at(zone, day, hour, 30).astimezone(UTC)
    assert diary_date(moment, ZoneInfo(zone), day_end) == counts_as


def test_a_dose_after_midnight_counts_for_the_day_before_until_the_day_ends() -> None:
    """P26, P69: with the day's end at 03:00, 02:59 on Wednesday is Tuesday and 03:00 is Wednesday."""
    zone = ZoneInfo("Europe/London")
    found = [diary_date(at(zone.key, WEDNESDAY, *clock), zone, THREE) for clock in ((0, 20), (2, 59), (3, 0))]
    assert found == [TUESDAY, TUESDAY, WEDNESDAY]


def test_a_day_that_ends_at_noon_still_begins_on_its_own_date() -> None:
    """P69: the latest day end there is."""
    zone = ZoneInfo("Europe/London")
    found = [diary_date(at(zone.key, WEDNESDAY, *clock), zone, NOON) for clock in ((11, 59), (12, 0), (23, 59))]
    assert found == [TUESDAY, WEDNESDAY, WEDNESDAY]


@pytest.mark.parametrize(("zone", "changes_on", "hours"), CLOCK_CHANGES)
@pytest.mark.parametrize("day_end", [MIDNIGHT, THREE])
def test_a_night_in_which_the_clocks_change_has_one_day_of_its_own_length(
    zone: str, changes_on: date, hours: float, day_end: time
) -> None:
    """P27: the short and the long day are one diary date each, and end at the time that was chosen."""
    changed = changes_on if day_end == MIDNIGHT else changes_on - DAY
    noon = at(zone, changes_on - 3 * DAY, 12).astimezone(UTC)
    half_hours = [diary_date(noon + n * HALF_HOUR, ZoneInfo(zone), day_end) for n in range(6 * 48)]
    assert half_hours == sorted(half_hours)
    assert [half_hours.count(changed + n * DAY) for n in (-1, 0, 1)] == [48, hours * 2, 48]


@given(moments, zones, whole_hours)
def test_the_diary_date_is_the_clocks_date_or_before_the_day_ends_the_one_before(
    moment: datetime, zone: ZoneInfo, day_end: time
) -> None:
    """P20, P26: for every named zone."""
    clock = moment.astimezone(zone)
    is_before_the_end = clock.time().replace(tzinfo=None) < day_end
    assert diary_date(moment, zone, day_end) == clock.date() - is_before_the_end * DAY


@given(
    st.lists(moments, min_size=2, max_size=2),
    st.sampled_from([ZoneInfo(zone) for zone, _, _ in CLOCK_CHANGES]),
    whole_hours,
)
def test_a_diary_never_goes_back_a_day(between: list[datetime], zone: ZoneInfo, day_end: time) -> None:
    """P27: not even in the hour that comes twice."""
    earlier, later = sorted(between)
    assert diary_date(earlier, zone, day_end) <= diary_date(later, zone, day_end)


@given(moments, zones, whole_hours)
def test_a_moment_in_another_zone_is_the_same_moment(moment: datetime, zone: ZoneInfo, day_end: time) -> None:
    """P20: what zone an instant is written in changes nothing."""
    elsewhere = moment.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert diary_date(elsewhere, zone, day_end) == diary_date(moment, zone, day_end)


def test_today_and_fourteen_days_before_it_can_be_written() -> None:
    """Both ends of the range, and the days beside them."""
    asked = [WEDNESDAY + n * DAY for n in (-15, -14, -1, 0, 1)]
    assert [is_editable(day, WEDNESDAY) for day in asked] == [False, True, True, True, False]


@given(dates, dates)
def test_a_day_can_be_written_on_fifteen_todays(day: date, today: date) -> None:
    """P33: the oldest editable day is editable, the one before it is not."""
    assert is_editable(day, today) == (0 <= (today - day).days <= EDITABLE_DAYS_BACK)
    assert is_editable(earliest_editable(today), today)
    assert not is_editable(earliest_editable(today) - DAY, today)


@pytest.mark.parametrize(
    ("days_after", "shown"),
    [(-1, Written.SAME_DAY), (0, Written.SAME_DAY), (1, Written.NEXT_DAY), (2, Written.LATER), (14, Written.LATER)],
)
def test_an_entry_says_how_long_after_its_day_it_was_written(days_after: int, shown: Written) -> None:
    """A day before its own date is possible: a patient who flies west."""
    assert written(TUESDAY, TUESDAY + days_after * DAY) is shown
