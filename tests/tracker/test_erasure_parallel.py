"""Erasing while the same is done, or undone, at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from ldnapp.access.leaving import UNDO, stay
from ldnapp.people.models import Event, EventKind, Patient
from tests import factories
from tests.parallel import at_once
from tracker.erasure import erase_leavers, tables_of_the_record

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = datetime(2026, 10, 1, 9, tzinfo=UTC)
DUE = ASKED + UNDO


def test_undone_and_erased_at_once_is_one_of_them() -> None:
    """Whole or gone, never half."""
    for _ in range(3):
        patient: Patient = factories.PatientFactory()
        factories.write_days(patient, 2)
        Patient.objects.filter(pk=patient.pk).update(leaving_at=ASKED)
        acts: list[Callable[[], object]] = [partial(stay, patient, by=patient.user), partial(erase_leavers, DUE)]
        stayed, erased = at_once(acts)
        assert bool(stayed) is not bool(erased)
        entries = tables_of_the_record()[0]._base_manager.filter(patient_id=patient.pk).count()
        assert (Patient.objects.filter(pk=patient.pk).exists(), entries) == ((True, 2) if stayed else (False, 0))


def test_erased_by_two_runs_at_once_is_once() -> None:
    patient: Patient = factories.PatientFactory()
    factories.write_days(patient, 2)
    Patient.objects.filter(pk=patient.pk).update(leaving_at=ASKED)
    assert sum(at_once([partial(erase_leavers, DUE)] * 3)) == 1
    assert Event.objects.filter(kind=EventKind.ERASED).count() == 1
