"""The one door: every read of a record by anyone but the patient goes through here.

``patients_visible_to`` selects and records nothing. ``open_record`` and ``open_records`` note the
look first, commit it, and only then open a block in which the database refuses to write and in
which the link has been checked once more: a link that ends in between opens nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ldnapp.people.models import Patient, User

from .audience import ClinicianRequest
from .models import AccessEvent, CareLink, Page, look

RecordView = Callable[[ClinicianRequest, Patient], HttpResponse]
PageView = Callable[[ClinicianRequest, UUID], HttpResponse]


def patients_visible_to(user: User | AnonymousUser) -> QuerySet[Patient]:
    """Patients whose record this user may read at this moment: those with an active link to them.

    Empty for patients, admins, locked users and nobody. Selects only: the caller opens records.
    """
    if not (user.is_authenticated and user.is_active):
        return Patient.objects.none()
    links = CareLink.objects.active().filter(clinician__user_id=user.pk)
    return Patient.objects.filter(pk__in=links.values("patient"))


def diaries_writable_by(user: User | AnonymousUser) -> QuerySet[Patient]:
    """Patients whose diary this user may write: today only their own."""
    if not (user.is_authenticated and user.is_active):
        return Patient.objects.none()
    return Patient.objects.filter(user_id=user.pk)


@contextmanager
def open_record(user: User, patient_id: UUID, page: Page, *, note: bool = True) -> Iterator[Patient]:
    """One patient's record, open for reading inside the block.

    ``note`` is False only where no body is sent (HEAD): every body is a look. Raises Http404 for a
    record that is not there or not this user's to read: both look the same.
    """
    patient = patients_visible_to(user).select_related("user").filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    with open_records(user, [patient], page, note=note) as still_visible:
        yield still_visible[0]


@contextmanager
def open_records(
    user: User, patients: Sequence[Patient], page: Page, *, note: bool = True
) -> Iterator[Sequence[Patient]]:
    """These patients' records, open for reading inside the block; their users must be loaded.

    One event a patient, in one INSERT that is committed before the block opens. Raises Http404
    where a link has ended since the patients were selected.
    """
    if note:
        AccessEvent.objects.bulk_create(look(user, patient, page) for patient in patients)
    with read_only_block():
        asked = {patient.pk for patient in patients}
        if patients_visible_to(user).filter(pk__in=asked).count() != len(asked):
            raise Http404
        yield patients


def opens_record(page: Page) -> Callable[[RecordView], PageView]:
    """Hands a view the patient instead of an id: a view that is decorated so can't forget the door."""

    def decorate(view: RecordView) -> PageView:
        @wraps(view)
        def opened(request: ClinicianRequest, patient_id: UUID) -> HttpResponse:
            with open_record(request.user, patient_id, page, note=sends_body(request)) as patient:
                return rendered(view(request, patient))

        return opened

    return decorate


def sends_body(request: HttpRequest) -> bool:
    """Whether the answer to this request carries the page itself."""
    return request.method != "HEAD"


def rendered(response: HttpResponse) -> HttpResponse:
    """The response with its template rendered now, inside the block, not after it."""
    return response.render() if isinstance(response, TemplateResponse) else response


@contextmanager
def read_only_block() -> Iterator[None]:
    """A transaction in which the database itself refuses every write (DatabaseError)."""
    opener = _sqlite_read_only if connection.vendor == "sqlite" else _postgresql_read_only
    with opener():
        yield


@contextmanager
def _sqlite_read_only() -> Iterator[None]:
    sqlite: Any = connection  # what follows exists on SQLite's connections only
    sqlite.ensure_connection()
    # On the raw connection: through Django's cursor the switch back would fail in a broken
    # transaction, and the connection would stay read only for whoever comes next.
    raw, mode = sqlite.connection, sqlite.transaction_mode
    raw.execute("PRAGMA query_only=ON")
    sqlite.transaction_mode = "DEFERRED"  # BEGIN IMMEDIATE asks for the write lock, and is refused
    try:
        with transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = mode
        raw.execute("PRAGMA query_only=OFF")


@contextmanager
def _postgresql_read_only() -> Iterator[None]:
    # One snapshot for the whole block, so that the link's check and the reads see the same moment.
    # Inside a transaction that has begun already (tests) the isolation can't be chosen any more.
    isolation = "" if connection.in_atomic_block else "ISOLATION LEVEL REPEATABLE READ, "
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION {isolation}READ ONLY")
        yield
