"""What all tests share: the cast, and a watch on how the record is read."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, TransactionTestCase

from ldnapp.people.append_only import AppendOnly
from ldnapp.people.models import Patient, Role, User

from . import factories

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread

NOTE = "a private line that only the right people may read"
HEALTH_TABLES = [model._meta.db_table for model in apps.get_app_config("tracker").get_models()]
READS_HEALTH = re.compile(rf'(FROM|UPDATE|JOIN)\s+"({"|".join(HEALTH_TABLES)})"')
APPEND_ONLY = [
    operation
    for migration in MigrationLoader(None).disk_migrations.values()
    for operation in migration.operations
    if isinstance(operation, AppendOnly)
]
NAMES_PATIENT = re.compile(r'"patient_id"\s*(=|IN)|"people_patient"\."id" = %s')


def refuse_unbound_health_sql(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Fails on SQL that reads or changes the record without naming whose."""
    changes_own_row = sql.startswith(("UPDATE", "DELETE")) and '"id"' in sql  # found by its patient before
    if READS_HEALTH.search(sql) and not NAMES_PATIENT.search(sql) and not changes_own_row:
        raise AssertionError(f"health SQL without a patient: {sql}")
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def _watch_health_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request of every test runs under that watch."""
    answer = BaseHandler.get_response

    def watched(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with connection.execute_wrapper(refuse_unbound_health_sql):
            return answer(self, request)

    monkeypatch.setattr(BaseHandler, "get_response", watched)


@pytest.fixture(autouse=True, scope="session")
def _let_a_flush_empty_the_events(django_db_setup: None) -> None:
    """After a test with threads Django empties every table, which the events' triggers refuse, as they should."""
    case_class: Any = TransactionTestCase  # the method is not in its types
    empty = case_class._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for sql in (sql for each in APPEND_ONLY for sql in each.dropped(connection.vendor)):
                cursor.execute(sql)
        empty(case)
        with connection.cursor() as cursor:
            for sql in (sql for each in APPEND_ONLY for sql in each.made(connection.vendor)):
                cursor.execute(sql)

    case_class._fixture_teardown = emptied


@pytest.fixture
def _counters(transactional_db: None) -> Iterator[None]:
    """Limits are counted in the cache's table, which outlives a test that commits."""
    cache.clear()
    yield
    cache.clear()


AUDIENCES = (
    "anonymous",
    "patient",
    "other_patient",
    "linked",
    "invited",
    "unlinked",
    "formerly_linked",
    "admin",
    "no_second_factor",
    "deactivated",
)


@dataclass(frozen=True)
class Cast:
    """The ten audiences of the site, around one patient and their record."""

    patient: Patient
    users: dict[str, User | None]  # by audience; None is nobody

    def sign_in(self, client: Client, who: str) -> None:
        """Sign this one of the cast in (past the sign-in page); nobody for "anonymous"."""
        user = self.users[who]
        if user is not None:
            client.force_login(user)


@pytest.fixture
def cast(db: None) -> Cast:
    """One patient with a written day, and everyone who may or may not see it."""
    patient = factories.PatientFactory(name="Ash Cast")
    factories.write_day(patient, note=NOTE, dose_status="taken", dose_mg="3.00", dose_timing="bedtime")
    linked, invited, unlinked, former, bare, locked = (factories.ClinicianFactory() for _ in range(6))
    admin = factories.UserFactory(role=Role.ADMIN)
    factories.ActiveLinkFactory(patient=patient, clinician=linked)
    factories.CareLinkFactory(patient=patient, clinician=invited)
    factories.EndedLinkFactory(patient=patient, clinician=former)
    factories.ActiveLinkFactory(patient=factories.PatientFactory(), clinician=bare)
    factories.EndedLinkFactory(patient=patient, clinician=locked)
    for user in (linked.user, invited.user, unlinked.user, former.user, locked.user, admin):
        factories.give_second_factor(user)
    User.objects.filter(pk=locked.user.pk).update(is_active=False)
    users = {
        "anonymous": None,
        "patient": patient.user,
        "other_patient": factories.PatientFactory(name="Hazel Cast").user,
        "linked": linked.user,
        "invited": invited.user,
        "unlinked": unlinked.user,
        "formerly_linked": former.user,
        "admin": admin,
        "no_second_factor": bare.user,
        "deactivated": locked.user,
    }
    return Cast(patient, users)


@pytest.fixture
def prescriber(cast: Cast) -> Client:
    """A browser in which the prescriber of the cast's patient is signed in."""
    client = Client()
    cast.sign_in(client, "linked")
    return client


@pytest.fixture
def desk(cast: Cast) -> Client:
    """A browser in which the cast's admin is signed in, and has just shown once more that it is them."""
    client = Client()
    cast.sign_in(client, "admin")
    factories.show_again(client)
    return client


@pytest.fixture
def patient(db: None) -> Patient:
    """One patient with no diary yet."""
    return factories.PatientFactory(name="Ash Test")


@pytest.fixture
def patient_client(patient: Patient) -> Client:
    """A browser in which that patient is signed in."""
    client = Client()
    client.force_login(patient.user)
    return client


@pytest.fixture
def clinician_client(patient: Patient) -> Client:
    """A browser in which that patient's prescriber is signed in, with a second factor."""
    link = factories.ActiveLinkFactory(patient=patient)
    factories.give_second_factor(link.clinician.user)
    client = Client()
    client.force_login(link.clinician.user)
    return client
