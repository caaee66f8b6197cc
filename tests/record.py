"""The stored record as bare rows, for "this changed nothing"."""

from django.db import connection

from tests.conftest import HEALTH_TABLES
from tracker.models import DiaryEntry, Dose

DAYS = (DiaryEntry._meta.db_table, Dose._meta.db_table)

Rows = dict[str, list[tuple[object, ...]]]


def stored_rows(*tables: str) -> Rows:
    """Every row of these tables (unless named: of the whole record, its history included), as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables or HEALTH_TABLES:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2')  # noqa: S608  (names of our own tables)
            found[table] = cursor.fetchall()
    return found
