"""Erasing several: one of them in vain, or while the same is done or undone at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection

from ldnapp.access.leaving import UNDO, stay
from ldnapp.people.models import Event, EventKind, Patient
from ldnapp.people.one_by_one import SomeFailed
from tests import factories
from tests.parallel import at_once
from tracker import erasure
from tracker.erasure import erase_leavers, overwrite_what_was_erased, tables_of_the_record

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = datetime(2026, 10, 1, 9, tzinfo=UTC)
DUE = ASKED + UNDO


def test_undone_and_erased_at_once_is_one_of_them() -> None:
    """Whole or gone, never half."""
    for _ in range(3):
        patient: Patient = factories.PatientFactory()
        factories.write_days(patient, 2)
        Patient.objects.filter(pk=patient.pk).update(leaving_at=ASKED)
        acts: list[Callable[[], object]] = [
            partial(stay, patient, by=patient.user, now=DUE - timedelta(seconds=1)),
            partial(erase_leavers, DUE),
        ]
        stayed, erased = at_once(acts)
        assert bool(stayed) is not bool(erased)
        entries = tables_of_the_record()[0]._base_manager.filter(patient_id=patient.pk).count()
        assert (Patient.objects.filter(pk=patient.pk).exists(), entries) == ((True, 2) if stayed else (False, 0))


def test_one_who_can_not_be_erased_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the database drops what it keeps of those who are."""
    first, second = factories.PatientFactory(), factories.PatientFactory()
    Patient.objects.update(leaving_at=ASKED)
    cleared = []

    def fail_for_the_first(patient: Patient) -> None:
        if patient == first:
            raise DatabaseError

    monkeypatch.setattr(erasure, "erase_links", fail_for_the_first)
    monkeypatch.setattr(erasure, "overwrite_what_was_erased", lambda: cleared.append(True))
    with pytest.raises(SomeFailed, match=r"^1 done, 1 failed$"):
        erase_leavers(DUE)
    assert list(Patient.objects.filter(pk__in=(first.pk, second.pk))) == [first]
    assert cleared == [True]


def test_erased_by_two_runs_at_once_is_once() -> None:
    patient: Patient = factories.PatientFactory()
    factories.write_days(patient, 2)
    Patient.objects.filter(pk=patient.pk).update(leaving_at=ASKED)
    assert sum(at_once([partial(erase_leavers, DUE)] * 3)) == 1
    assert Event.objects.filter(kind=EventKind.ERASED).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own rooms of dead rows")
def test_a_role_that_owns_no_table_does_not_claim_to_have_cleared_them(caplog: pytest.LogCaptureFixture) -> None:
    """P18: VACUUM only warns then."""
    assert overwrite_what_was_erased() is True
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE pg_monitor")  # there in every cluster
        try:
            assert overwrite_what_was_erased() is False
        finally:
            cursor.execute("RESET ROLE")
    assert "it needs the role that owns them" in caplog.text
