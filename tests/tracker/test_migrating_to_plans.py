"""What was stored before there were plans: the usual dose becomes versions of one, and can go back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import factories
from tracker.models import DiaryEntry, Episode
from tracker.plan import step_on
from tracker.summarising import versions_of

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = ("tracker", "0001_initial"), ("tracker", "0003_plan_for_the_usual_dose")
ACTOR = "3f0f54ec-0a0c-4b2c-9d4f-2e1e5a4b9d10"


@pytest.fixture
def _whole() -> Iterator[None]:
    """Afterwards every migration is applied again."""
    yield
    call_command("migrate", verbosity=0)


def migrated_to(state: tuple[str, str]) -> Any:
    """The models as they are at that migration of the record."""
    executor = MigrationExecutor(connection)
    executor.migrate([state])
    executor = MigrationExecutor(connection)
    return executor.loader.project_state([state]).apps


def usual_dose(old: Any, patient: Any, *changes: tuple[str, str, datetime]) -> None:
    """A usual dose with these (kind, mg, moment) lines in its history."""
    for kind, mg, at in changes:
        line = {"patient_id": patient.pk, "amount_mg": mg, "timing": "bedtime", "history_user_id": ACTOR}
        old.get_model("tracker", "HistoricalUsualDose").objects.create(**line, history_type=kind, history_date=at)
    if changes[-1][0] != "-":
        said = {"patient_id": patient.pk, "amount_mg": changes[-1][1], "timing": "bedtime"}
        old.get_model("tracker", "UsualDose").objects.create(**said)


@pytest.mark.usefixtures("_whole")
def test_each_usual_dose_becomes_a_version_of_a_plan_from_its_own_day_on() -> None:
    """P37: a day keeps what was offered on it; P26: half past midnight belongs to the day before."""
    patient, other = factories.PatientFactory(), factories.PatientFactory()
    old = migrated_to(BEFORE)
    written = {"time_zone": "Europe/London", "written_on": date(2026, 3, 1), "pain": 4}
    moments = {"written_at": datetime(2026, 3, 1, 20, tzinfo=UTC), "changed_at": datetime(2026, 3, 1, 20, tzinfo=UTC)}
    entries = old.get_model("tracker", "DiaryEntry").objects
    entries.create(patient_id=patient.pk, diary_date=date(2026, 3, 1), **written, **moments)
    usual_dose(
        old,
        patient,
        ("+", "1.50", datetime(2026, 3, 5, 20, tzinfo=UTC)),
        ("~", "3.00", datetime(2026, 3, 20, 0, 30, tzinfo=UTC)),
        ("-", "3.00", datetime(2026, 4, 2, 12, tzinfo=UTC)),
        ("+", "3.00", datetime(2026, 4, 9, 12, tzinfo=UTC)),
    )
    usual_dose(old, other, ("+", "4.50", datetime(2026, 3, 5, 20, tzinfo=UTC)))

    migrated_to(AFTER)
    episode = Episode.objects.current(patient)
    assert episode is not None
    assert episode.opened_on == date(2026, 3, 1)
    versions = versions_of(episode)
    assert [(each.number, each.since, each.kind) for each in versions] == [
        (1, date(2026, 3, 5), "written"),
        (2, date(2026, 3, 19), "written"),
        (3, date(2026, 4, 2), "stopped"),
        (4, date(2026, 4, 9), "written"),
    ]
    offered = {day: step_on(versions, date(2026, *day)) for day in ((3, 4), (3, 18), (3, 19), (4, 1), (4, 2), (4, 9))}
    assert {day: step and str(step.mg) for day, step in offered.items()} == {
        (3, 4): None,
        (3, 18): "1.50",
        (3, 19): "3.00",
        (4, 1): "3.00",
        (4, 2): None,
        (4, 9): "3.00",
    }
    assert DiaryEntry.objects.of(patient).get().side_effects is None

    back = migrated_to(BEFORE).get_model("tracker", "UsualDose").objects
    assert {row.patient_id: str(row.amount_mg) for row in back.all()} == {patient.pk: "3.00", other.pk: "4.50"}


@pytest.mark.usefixtures("_whole")
def test_going_back_keeps_a_day_that_says_only_what_has_no_column_any_more() -> None:
    """The words go into the note: an entry without any answer can't be stored there."""
    patient = factories.PatientFactory()
    factories.write_day(patient, scores=(None,) * 5, side_effects=())
    entry = migrated_to(BEFORE).get_model("tracker", "DiaryEntry").objects.get()
    assert entry.note == "Side effects: none"
