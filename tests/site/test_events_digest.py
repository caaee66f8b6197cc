"""T33: the daily digest that an operator sends away."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from ldnapp.access.models import AccessEvent, Page
from ldnapp.people.models import Event, EventKind
from ldnapp.web.management.commands.events_digest import digest, lines
from tests.conftest import APPEND_ONLY

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOMEONE, SOMEONE_ELSE = UUID(int=1), UUID(int=2)
EVENT_LINE = (
    '["people_event", ["actor", "00000000-0000-0000-0000-000000000001"], ["address", "203.0.113.7"], '
    '["at", "2026-03-01T12:00:00.000000+00:00"], ["detail", "password"], ["id", 1], '
    '["kept_until", "2034-03-01T12:00:00.000000+00:00"], ["kind", "signed_in"], ["other", null], '
    '["subject", "00000000-0000-0000-0000-000000000001"]]'
)


@pytest.fixture
def _a_day(db: None) -> None:
    """An event and a look at noon, and one of each at the ends of the day before and after."""
    values = {"kind": EventKind.SIGNED_IN, "actor": SOMEONE, "subject": SOMEONE, "detail": "password"}
    kept_until = datetime(2034, 3, 1, 12, tzinfo=UTC)
    Event.objects.create(pk=1, at=NOON, address="203.0.113.7", kept_until=kept_until, **values)
    AccessEvent.objects.create(pk=1, actor=SOMEONE, subject=SOMEONE_ELSE, page=Page.COURSE, at=NOON)
    for at in (datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)):
        Event.objects.create(at=at, kept_until=kept_until, pk=at.day, **values)


@pytest.fixture
def _a_forger() -> Iterator[None]:
    """Someone who owns the tables, and can take the triggers off."""
    with connection.cursor() as cursor:
        for sql in (sql for each in APPEND_ONLY for sql in each.dropped(connection.vendor)):
            cursor.execute(sql)
    yield
    with connection.cursor() as cursor:
        for sql in (sql for each in APPEND_ONLY for sql in each.made(connection.vendor)):
            cursor.execute(sql)


@pytest.mark.usefixtures("_a_day")
def test_the_lines_are_the_same_with_every_database_and_for_ever() -> None:
    """A digest that was sent away must be found again years later."""
    of_events, of_looks = lines(DAY)
    assert of_events == EVENT_LINE
    assert '"access_accessevent"' in of_looks
    assert digest(DAY) == "7a86c9bc61ae6a9e8ce6c113b6f2ff9ba06380eb66bb0c7eefb642514868c50a"


@pytest.mark.usefixtures("_a_day", "_a_forger")
@pytest.mark.parametrize("forgery", ["changed", "deleted", "added", "look changed"])
def test_any_change_to_the_day_changes_it(forgery: str) -> None:
    before = digest(DAY)
    if forgery == "changed":
        Event.objects.filter(pk=1).update(actor=SOMEONE_ELSE)
    elif forgery == "deleted":
        Event.objects.filter(pk=1).delete()
    elif forgery == "added":
        Event.objects.create(pk=100, kind=EventKind.SIGNED_IN, at=NOON)
    else:
        AccessEvent.objects.update(subject=SOMEONE)
    assert digest(DAY) != before


@pytest.mark.usefixtures("_a_day")
def test_other_days_change_nothing() -> None:
    before = digest(DAY)
    Event.objects.create(pk=100, kind=EventKind.SIGNED_IN, at=NOON + timedelta(days=1))
    assert digest(DAY) == before


def printed(**options: date) -> str:
    out = StringIO()
    call_command("events_digest", stdout=out, **options)
    return out.getvalue()


def test_it_prints_yesterdays_unless_told_another() -> None:
    yesterday = timezone.now().astimezone(UTC).date() - timedelta(days=1)
    assert re.fullmatch(rf"{yesterday} [0-9a-f]{{64}}\n", printed())
    assert printed(day=DAY).startswith("2026-03-01 ")


def test_a_day_that_is_not_over_has_none() -> None:
    with pytest.raises(CommandError, match="not over"):
        printed(day=timezone.now().astimezone(UTC).date())
