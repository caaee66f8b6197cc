"""Erasing patients who asked for it: the record, every older version of it, the account, and what mentions them.

Events and looks stay as proof for as long as the law asks; they hold random ids, and the one map
from these to a person goes with the account.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from ldnapp.access.leaving import UNDO, erase_links
from ldnapp.people.events import note
from ldnapp.people.models import EventKind, Patient
from ldnapp.people.one_by_one import one_by_one
from ldnapp.people.traces import addresses_of, erase_account, forget_mails, sessions_about

logger = logging.getLogger(__name__)
BUSY_MS = 2000  # how long readers are waited for: nobody can write meanwhile


def erase_leavers(now: datetime) -> int:
    """Erase everyone who asked for it 14 days ago or longer; how many. It can be stopped and run again."""
    due = list(_due(now).order_by("leaving_at"))
    if not due:
        return 0
    try:
        return one_by_one(lambda patient: _erase(patient, now, mentioned_in=sessions_about(patient.user)), due)
    finally:
        overwrite_what_was_erased()


def _due(now: datetime) -> QuerySet[Patient]:
    return Patient.objects.select_related("user").filter(leaving_at__lte=now - UNDO)


@transaction.atomic
def _erase(listed: Patient, now: datetime, *, mentioned_in: Iterable[str]) -> bool:
    """Erase this one; False where it was undone, or done by another run, a moment ago."""
    patient = _due(now).select_for_update(of=("self",)).filter(pk=listed.pk).first()
    if patient is None:
        return False
    addresses = addresses_of(patient.user)
    note(EventKind.ERASED, actor=None, subject=patient.user)
    for model in tables_of_the_record():
        rows: Any = model._base_manager.filter(patient_id=patient.pk)
        rows._raw_delete(using=rows.db)  # else each row that goes would leave one more in its history
    erase_links(patient)
    erase_account(patient.user, mentioned_in=mentioned_in)
    transaction.on_commit(lambda: forget_mails(addresses))
    return True


def tables_of_the_record() -> list[Any]:
    """Every model of this app, history included, so that a new one is never forgotten.

    Raises LookupError for one that does not say whose its rows are.
    """
    models = list(apps.get_app_config("tracker").get_models())
    if homeless := [model.__name__ for model in models if "patient_id" not in columns_of(model)]:
        raise LookupError(f"{homeless} can't be erased: a table of the record has a column `patient`.")
    return models


def columns_of(model: Any) -> set[str]:
    """The names of a model's columns."""
    return {field.attname for field in model._meta.concrete_fields}


def overwrite_what_was_erased() -> bool:
    """Have the database drop what it keeps of deleted rows; whether it could.

    SQLite has overwritten them in the file already (secure_delete), but its log holds the old pages
    until it is emptied, for which every reader must be done: False, and the next run tries again.
    PostgreSQL makes the room of dead rows free to be written over; its own log and its backups are
    the operator's.
    """
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        return _empty_the_log(cursor) if connection.vendor == "sqlite" else _vacuum(cursor)


def _empty_the_log(cursor: CursorWrapper) -> bool:
    cursor.execute("PRAGMA busy_timeout")
    (usual,) = cursor.fetchone()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, *_ = cursor.fetchone()
    finally:
        cursor.execute(f"PRAGMA busy_timeout={usual}")
    return not is_busy


def _vacuum(cursor: CursorWrapper) -> bool:
    """False where a table was left out, as of another owner's: PostgreSQL does not fail then, it only warns."""
    warnings: list[object] = []
    database: Any = connection.connection
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    database.add_notice_handler(warnings.append)
    try:
        cursor.execute(f"VACUUM {', '.join(map(connection.ops.quote_name, tables))}")
    finally:
        database.remove_notice_handler(warnings.append)
    if warnings:
        logger.warning("VACUUM left %d tables out: it needs the role that owns them", len(warnings))
    return not warnings
