"""What the database itself says about the record, whatever a form or an act did."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from ldnapp.people.models import Patient
from tests import factories
from tracker.models import DiaryEntry, Dose
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS

pytestmark = pytest.mark.django_db

RECORD = [DiaryEntry, Dose]
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
FACTORIES = [factories.DiaryEntryFactory, factories.DoseFactory]


def refused(factory: Any, constraint: str, **values: Any) -> None:
    """The database refuses such a row, and names the rule."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory(**values)


def test_a_second_entry_for_the_same_day_is_refused() -> None:
    """P22: the database says so, whatever the form did."""
    entry = factories.DiaryEntryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.DiaryEntryFactory(patient=entry.patient, diary_date=entry.diary_date, pain=9)
    assert DiaryEntry.objects.get().score(SYMPTOMS[0]) == 6


def test_two_people_may_write_on_the_same_day() -> None:
    one, other = factories.DiaryEntryFactory(), factories.DiaryEntryFactory()
    assert one.diary_date == other.diary_date


def test_an_entry_that_says_nothing_is_refused() -> None:
    refused(factories.DiaryEntryFactory, "diary_at_least_one_answer", pain=None)


@pytest.mark.parametrize(
    "answer", [{key: 0} for key in SYMPTOM_KEYS] + [{"dose_status": "taken"}, {"dose_status": "skipped"}, {"note": "x"}]
)
def test_a_single_answer_is_enough(answer: dict[str, Any]) -> None:
    """P39: a 0 is an answer."""
    factories.DiaryEntryFactory(**{"pain": None, **answer})


@pytest.mark.parametrize("key", SYMPTOM_KEYS)
@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_outside_0_to_10_is_refused(key: str, score: int) -> None:
    refused(
        factories.DiaryEntryFactory,
        f"diary_{key}_0_to_10|diary_diaryentry_{key}_check|: {key}$",
        **{"pain": None, key: score},
    )


@pytest.mark.parametrize("key", SYMPTOM_KEYS)
@pytest.mark.parametrize("score", [0, 10])
def test_both_ends_of_the_scale_are_kept(key: str, score: int) -> None:
    entry = factories.DiaryEntryFactory(**{"pain": None, key: score})
    entry.refresh_from_db()
    assert [entry.score(symptom) for symptom in SYMPTOMS if symptom.key == key] == [score]


@pytest.mark.parametrize(
    ("factory", "constraint", "values"),
    [
        (factories.DiaryEntryFactory, "diary_dose_status_is_known", {"dose_status": "perhaps"}),
        (factories.DoseFactory, "dose_timing_is_known", {"timing": "noon"}),
        (factories.DoseFactory, "dose_within_bounds", {"amount_mg": "0.00"}),
        (factories.DoseFactory, "dose_within_bounds", {"amount_mg": "15.01"}),
        (factories.DoseFactory, "dose_within_bounds", {"amount_mg": "-3.00"}),
        (factories.DoseFactory, "dose_at_most_four_a_day", {"slot": 5}),
        (factories.DoseFactory, "dose_ml_has_a_strength", {"ml": "0.90"}),
        (factories.DoseFactory, "dose_ml_has_a_strength", {"ml": "0.90", "mg_per_ml": "0.00"}),
        (factories.DoseFactory, "dose_ml_has_a_strength", {"ml": "0.90", "mg_per_ml": "5.00", "amount_mg": None}),
    ],
)
def test_a_dose_that_is_none_is_refused(factory: Any, constraint: str, values: dict[str, Any]) -> None:
    """P35: both sides of each bound (see the next test)."""
    refused(factory, constraint, **values)


@pytest.mark.parametrize("mg", ["0.01", "15.00", None])
def test_the_bounds_of_a_dose_are_kept_and_so_is_a_dose_without_an_amount(mg: str | None) -> None:
    """P36: a Decimal comes back with its two places; P73: no amount is no amount."""
    dose = factories.DoseFactory(amount_mg=mg)
    dose.refresh_from_db()
    assert (dose.amount_mg and str(dose.amount_mg)) == mg


def test_a_day_has_one_dose_a_slot() -> None:
    """P44: and split doses have a slot each."""
    dose = factories.DoseFactory()
    factories.DoseFactory(patient=dose.patient, slot=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.DoseFactory(patient=dose.patient)


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_patient_with_a_record_cant_be_deleted(factory: Any) -> None:
    row = factory()
    with pytest.raises(models.ProtectedError):
        row.patient.delete()


@pytest.mark.parametrize("model", RECORD)
def test_the_record_is_never_read_without_naming_whose(model: Any) -> None:
    """P1: a manager of the record has no bare .all()."""
    with pytest.raises(TypeError, match="Name whose record"):
        model.objects.all()


def test_a_related_manager_refuses_too(patient: Patient) -> None:
    with pytest.raises(TypeError, match="Name whose record"):
        patient.diaryentry_set.all()


def test_rows_are_found_by_whose_they_are(patient: Patient) -> None:
    """P1, P6: of one, of several, and of nobody."""
    mine = factories.DiaryEntryFactory(patient=patient)
    others = factories.DiaryEntryFactory()
    factories.DiaryEntryFactory()
    assert list(DiaryEntry.objects.of(patient)) == [mine]
    assert set(DiaryEntry.objects.of_each([patient, others.patient])) == {mine, others}
    assert not DiaryEntry.objects.of_each([])


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_row_in_a_log_line_says_nothing_of_the_person(factory: Any) -> None:
    """No name, no answer, and not the key that stands in a URL; nor does its history."""
    row = factory()
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    past = type(row).history.model(history_date=LONG_AGO, **values)
    assert str(row) in {f"entry {row.pk}", f"dose {row.pk}"}
    assert str(past) == f"{row} as of {LONG_AGO}"


@pytest.mark.parametrize("model", RECORD)
def test_no_row_can_lose_its_patient(model: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.bulk_create([model()])
