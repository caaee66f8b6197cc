"""Each app's migrations, back to nothing and forward again, with rows in the tables."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import factories
from tests.record import stored_rows

pytestmark = pytest.mark.django_db(transaction=True)

APPS = {"people": "people_patient", "access": "access_carelink", "tracker": "tracker_diaryentry"}


@pytest.fixture
def _written() -> Iterator[None]:
    """A row in every table of ours; afterwards every migration is applied again."""
    link = factories.ActiveLinkFactory()
    factories.tell_everything(link.patient)
    assert all(stored_rows().values())
    yield
    call_command("migrate", verbosity=0)


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


@pytest.mark.usefixtures("_written")
@pytest.mark.parametrize("app", APPS)
def test_an_app_can_be_taken_back_to_nothing_and_forward_again(app: str) -> None:
    """What is made again is empty and works; nothing of an app is left behind when it goes."""
    before = tables()
    assert stored_rows(APPS[app])[APPS[app]]
    call_command("migrate", app, "zero", verbosity=0)
    assert not [table for table in tables() if table.startswith(f"{app}_")]
    call_command("migrate", verbosity=0)
    assert tables() == before
    assert not stored_rows(APPS[app])[APPS[app]]
    factories.write_day(factories.PatientFactory(user__email="after@example.org"))


@pytest.mark.usefixtures("_written")
def test_migrating_again_changes_nothing() -> None:
    """What a second start of the site does."""
    before = stored_rows()
    call_command("migrate", verbosity=0)
    assert stored_rows() == before
    executor = MigrationExecutor(connection)
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())
