"""A database for the run: made, filled, copied, thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

TWIN = "twin"


@contextmanager
def own_database(*more_tables: type[models.Model]) -> Iterator[None]:
    """Every query inside the block goes to a new, empty database with all tables and these; it is gone afterwards."""
    given = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with connection.schema_editor() as editor:
            for table in more_tables:
                editor.create_model(table)
        yield
    finally:
        let_go(connections["default"])
        connection.creation.destroy_test_db(given, verbosity=0)


@contextmanager
def twin_database() -> Iterator[BaseDatabaseWrapper]:
    """A copy of the database as it is now; gone after the block."""
    let_go(connections["default"])
    creation = connection.creation
    creation.clone_test_db(TWIN, verbosity=0, autoclobber=True)
    twin = type(connections["default"])(creation.get_test_db_clone_settings(TWIN), TWIN)
    try:
        yield twin
    finally:
        let_go(twin)
        creation.destroy_test_db(suffix=TWIN, verbosity=0)


@contextmanager
def connected_to(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside the block the whole site talks to that database."""
    usual = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = usual


def let_go(database: Any) -> None:
    """Close what is open to it, a pool too: a database that is in use can be neither copied nor dropped."""
    database.close()
    if database.vendor == "postgresql":
        database.close_pool()
