"""T33: what was noted is not changed, nor deleted before its time, whoever asks the database."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.utils import timezone

from ldnapp.access.models import AccessEvent, CareLink, Page
from ldnapp.people.append_only import WHY
from ldnapp.people.events import note, note_sign_in
from ldnapp.people.models import Event, EventKind
from tests import factories
from tests.conftest import APPEND_ONLY

pytestmark = pytest.mark.django_db
EIGHT_YEARS = timedelta(days=8 * 365 + 3)
A_DAY = timedelta(days=1)
SOMEONE, SOMEONE_ELSE = UUID(int=1), UUID(int=2)


def event(kept_for: timedelta) -> Event:
    """An event that is kept for that long from now on (before now: its time is over)."""
    return Event.objects.create(kind=EventKind.ACCOUNT_MADE, actor=SOMEONE, kept_until=timezone.now() + kept_for)


def look(age: timedelta) -> AccessEvent:
    """A look of that long ago."""
    return AccessEvent.objects.create(actor=SOMEONE, subject=SOMEONE_ELSE, page=Page.COURSE, at=timezone.now() - age)


FRESH: dict[str, Callable[[], Model]] = {
    "people_event": lambda: event(A_DAY),
    "access_accessevent": lambda: look(EIGHT_YEARS - 10 * A_DAY),
}
OVER: dict[str, Callable[[], Model]] = {
    "people_event": lambda: event(-A_DAY),
    "access_accessevent": lambda: look(EIGHT_YEARS),
}


def forged(row: Model) -> Model:
    row.actor = SOMEONE_ELSE  # type: ignore[attr-defined]
    return row


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rows(row: Model) -> list[dict[str, object]]:
    return list(type(row)._default_manager.values())


CHANGES: dict[str, Callable[[Model], object]] = {
    "save": lambda row: forged(row).save(),
    "queryset": lambda row: type(row)._default_manager.update(actor=SOMEONE_ELSE),
    "bulk": lambda row: type(row)._default_manager.bulk_update([forged(row)], ["actor"]),
    "sql": lambda row: run(f"UPDATE {row._meta.db_table} SET actor = subject"),  # noqa: S608  (a table of ours)
    "the date": lambda row: run(f"UPDATE {row._meta.db_table} SET at = '2001-01-01'"),  # noqa: S608  (a table of ours)
}
DELETIONS: dict[str, Callable[[Model], object]] = {
    "object": lambda row: row.delete(),
    "queryset": lambda row: type(row)._default_manager.all().delete(),
    "sql": lambda row: run(f"DELETE FROM {row._meta.db_table}"),  # noqa: S608  (a table of ours)
}
if connection.vendor == "postgresql":
    DELETIONS["truncate"] = lambda row: run(f"TRUNCATE {row._meta.db_table}")
    DELETIONS["truncate with all"] = lambda row: run(f"TRUNCATE {row._meta.db_table} CASCADE")


@pytest.mark.parametrize("table", FRESH)
@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("times", [FRESH, OVER])
def test_no_row_is_ever_changed(table: str, way: str, times: dict[str, Callable[[], Model]]) -> None:
    row = times[table]()
    before = rows(row)
    with pytest.raises(DatabaseError, match=WHY), transaction.atomic():
        CHANGES[way](row)
    assert rows(row) == before


@pytest.mark.parametrize("table", FRESH)
@pytest.mark.parametrize("way", ["OR REPLACE", "upsert"])
def test_no_row_is_written_over_by_another_of_its_number(table: str, way: str) -> None:
    """SQLite's INSERT OR REPLACE asks the triggers of DELETE nothing."""
    row = FRESH[table]()
    before = rows(row)
    names = ", ".join(str(field.column) for field in type(row)._meta.concrete_fields)
    verb, end = "INSERT", "ON CONFLICT (id) DO UPDATE SET actor = excluded.subject"
    if way == "OR REPLACE" and connection.vendor == "sqlite":
        verb, end = "INSERT OR REPLACE", ""
    with pytest.raises(DatabaseError, match=WHY), transaction.atomic():
        run(f"{verb} INTO {table} ({names}) SELECT {names} FROM {table} WHERE true {end}")  # noqa: S608
    assert rows(row) == before


@pytest.mark.parametrize("table", FRESH)
@pytest.mark.parametrize("way", DELETIONS)
def test_no_row_is_deleted_before_its_time(table: str, way: str) -> None:
    row = FRESH[table]()
    before = rows(row)
    with pytest.raises(DatabaseError, match=WHY), transaction.atomic():
        DELETIONS[way](row)
    assert rows(row) == before


@pytest.mark.parametrize("table", FRESH)
@pytest.mark.parametrize("way", ["object", "queryset", "sql"])
def test_a_row_is_deleted_after_its_time(table: str, way: str) -> None:
    row = OVER[table]()
    DELETIONS[way](row)
    assert rows(row) == []


@pytest.mark.parametrize("table", FRESH)
def test_not_even_with_ones_whose_time_is_over(table: str) -> None:
    """All or nothing: a DELETE that takes one fresh row along is refused whole."""
    old, _ = OVER[table](), FRESH[table]()
    with pytest.raises(DatabaseError, match=WHY), transaction.atomic():
        type(old)._default_manager.all().delete()
    assert len(rows(old)) == 2


def test_sign_ins_are_kept_for_90_days_and_all_else_for_eight_years() -> None:
    """SECURITY.md, section 5."""
    user = factories.UserFactory()
    note_sign_in(EventKind.SIGNED_IN, user=user, address="203.0.113.7")
    note(EventKind.ACCOUNT_LOCKED, actor=user, subject=user)
    kept = [round((each.kept_until - each.at) / A_DAY) for each in Event.objects.order_by("pk")]
    assert kept == [90, 8 * 365 + 2]


def test_deleting_the_people_leaves_the_rows() -> None:
    """P18: the random ids stay, and are nobody's."""
    patient, user = factories.PatientFactory(), factories.UserFactory()
    note(EventKind.ACCOUNT_LOCKED, actor=user, subject=patient.user)
    AccessEvent.objects.create(actor=user.event_id, subject=patient.user.event_id, page=Page.COURSE)
    before = (list(Event.objects.values()), list(AccessEvent.objects.values()))
    patient.delete()
    patient.user.delete()
    user.delete()
    assert (list(Event.objects.values()), list(AccessEvent.objects.values())) == before


def triggers() -> set[str]:
    """The names of all triggers that the database has on tables of ours."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def expected_triggers() -> set[str]:
    """Those that the migrations' AppendOnly operations make."""
    made = (sql for each in APPEND_ONLY for sql in each.made(connection.vendor))
    return {found.group(1) for sql in made if (found := re.match(r'CREATE TRIGGER "(\w+)"', sql))}


def test_every_such_table_has_its_triggers_after_all_migrations() -> None:
    """A later migration that makes a table anew on SQLite loses them, and has to end with AppendOnly again."""
    assert {each.table for each in APPEND_ONLY} == set(FRESH), "a new table joins the tests of this file"
    assert len(expected_triggers()) == 3 * len(FRESH)
    assert triggers() >= expected_triggers()


@pytest.fixture
def _migrated_again() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_migrated_again")
@pytest.mark.parametrize("app", ["people", "access"])
def test_going_back_and_forward_keeps_them(app: str) -> None:
    before = triggers()
    call_command("migrate", app, "0001", verbosity=0)
    assert not {name for name in triggers() if name.startswith(f"{app}_")}
    call_command("migrate", verbosity=0)
    assert triggers() == before
    row = FRESH["people_event"]()
    with pytest.raises(DatabaseError, match=WHY), transaction.atomic():
        row.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_migrated_again")
def test_links_from_before_the_words_had_a_version_stay_and_are_asked_once() -> None:
    """Accepted ones get version 0 with the moment of their yes; proposed ones none."""
    executor = MigrationExecutor(connection)
    executor.migrate([("access", "0001_initial"), ("people", "0001_initial"), ("tracker", None)])
    old = executor.loader.project_state([("access", "0001_initial"), ("people", "0001_initial")]).apps
    yes_at = datetime.fromisoformat("2026-01-06T09:00+00:00")
    people = [
        old.get_model("people", "User").objects.create(email=f"{n}@example.org", role="patient") for n in range(3)
    ]
    patients = [
        old.get_model("people", "Patient").objects.create(user=user, date_of_birth=factories.BORN)
        for user in people[:2]
    ]
    clinician = old.get_model("people", "Clinician").objects.create(user=people[2], name="Dr Old")
    link = old.get_model("access", "CareLink").objects.create
    proposed_at = yes_at - A_DAY
    accepted = link(patient=patients[0], clinician=clinician, proposed_at=proposed_at, accepted_at=yes_at)
    proposed = link(patient=patients[1], clinician=clinician, proposed_at=proposed_at)
    call_command("migrate", verbosity=0)
    found = {each.pk: (each.consent_version, each.consented_at) for each in CareLink.objects.all()}
    assert found == {accepted.pk: (0, yes_at), proposed.pk: (None, None)}
