"""What is derived and kept beside the record says the same as a rebuild from nothing, whatever was done before."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client, override_settings

from ldnapp.people.models import Patient
from tests import factories
from tests.record import stored_rows
from tracker import clock, planning, sheet
from tracker.declaring import answer_safety, save_medicine
from tracker.effects import Severity, SideEffect
from tracker.models import Flag, Medicine, Summary
from tracker.recording import record_entry
from tracker.summarising import rewrite

pytestmark = pytest.mark.django_db

START = date(2026, 9, 1)


def derived(patient: Patient) -> tuple[Any, Any]:
    """The sheet and the open flags, without their moments."""
    kept = Summary.objects.of(patient).get()
    columns = ("rule", "key", "level", "facts", "shows_from", "shows_until", "later_level", "later_from")
    flags = Flag.objects.of(patient).open().order_by("rule", "key").values_list(*columns)
    return (kept.sheet, kept.first_dose, kept.last_entry), list(flags)


def live(patient: Patient, day: int, **said: Any) -> None:
    """A diary day, written that evening."""
    on = START + timedelta(days=day)
    now = datetime(on.year, on.month, on.day, 20, tzinfo=UTC)
    record_entry(patient, on, factories.answers(**said), started_from=0, by=patient.user, now=now)


def test_the_short_way_of_a_diary_day_says_the_same_as_a_rebuild(patient: Patient) -> None:
    """Days before and after the first dose, late ones too, with everything that a rule can find."""
    medicine = Medicine(patient=patient, name="Codeine", use="as_needed", added_on=START, opioid="codeine")
    medicine.opioid_level, medicine.opioid_answer, medicine.answered_on = "urgent", "now", START
    planning.open_episode(patient, {"opened_on": START}, by=patient.user, now=clock.now())
    factories.give_plan(patient, (START + timedelta(days=10), "1.50"), since=START)
    answer_safety(patient, {"operation": "yes"}, version=1, today=START, by=patient.user, now=clock.now())
    save_medicine(medicine, by=patient.user, now=clock.now())
    for day in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 8, 20, 21, 22, 30):
        taken = {"dose_status": "taken", "dose_mg": "3.00", "dose_timing": "bedtime"} if day >= 10 else {}
        felt = (SideEffect("dreams", Severity.SEVERE),) if day in {11, 12} else None
        live(patient, day, scores=(day % 11, None, 3, 4, 9), side_effects=felt, as_needed=(medicine.pk,), **taken)
        moment = datetime(2026, 9, 1, 20, tzinfo=UTC) + timedelta(days=day)
        kept = derived(patient)
        rewrite(patient, now=moment)
        assert derived(patient) == kept, day
    assert {rule for rule, *_ in derived(patient)[1]} >= {"F1", "F4", "F9", "F10", "F11"}


def test_a_rebuild_writes_nothing_new_and_can_be_run_again(patient: Patient) -> None:
    factories.tell_everything(patient)
    Flag.objects.filter(rule="F0").delete()
    call_command("rebuild", stdout=StringIO())
    before = derived(patient), stored_rows("tracker_flag")
    said = StringIO()
    call_command("rebuild", stdout=said)
    assert (derived(patient), stored_rows("tracker_flag")) == before
    assert "1 of 1 rebuilt" in said.getvalue()


def test_a_summary_that_was_lost_is_made_again_and_only_that(patient: Patient) -> None:
    factories.tell_everything(patient)
    Flag.objects.filter(rule="F0").delete()
    other = factories.PatientFactory()
    factories.write_day(other)
    kept = derived(patient)[0]
    Summary.objects.of(patient).delete()
    said = StringIO()
    call_command("rebuild", "--missing", stdout=said)
    assert derived(patient)[0] == kept
    assert "1 of 1" in said.getvalue()


def test_a_flag_that_is_no_longer_found_is_closed_and_kept(patient: Patient) -> None:
    """Clearing deletes nothing; and the same found once more is another flag."""
    factories.write_day(patient, scores=(None, None, None, None, 10))
    flag = Flag.objects.of(patient).get(rule="F10")
    entry = factories.answers(scores=(None, None, None, None, 3))
    today = clock.today(patient)
    record_entry(patient, today, entry, started_from=1, by=patient.user, now=clock.now())
    flag.refresh_from_db()
    assert flag.closed_at is not None
    assert flag.closed_why
    worse = factories.answers(scores=(None, None, None, None, 10))
    record_entry(patient, today, worse, started_from=2, by=patient.user, now=clock.now())
    assert Flag.objects.of(patient).filter(rule="F10").count() == 2


def test_a_flag_that_only_a_look_clears_outlives_its_days(patient: Patient) -> None:
    """F7 is not forgotten because six weeks have gone by; a tap that was wrong is."""
    red = (SideEffect("yellow", Severity.MILD),)
    with time_machine.travel(datetime(2026, 9, 1, 20, tzinfo=UTC), tick=False):
        factories.write_day(patient, side_effects=red)
    with time_machine.travel(datetime(2026, 11, 1, 20, tzinfo=UTC), tick=False):
        factories.write_day(patient)
        assert Flag.objects.of(patient).open().filter(rule="F7").exists()
        day = factories.write_day(patient, clock.today(patient) - timedelta(days=1), side_effects=red)
        gone = factories.answers(scores=(1, None, None, None, None))
        record_entry(patient, day.diary_date, gone, started_from=1, by=patient.user, now=clock.now())
        assert not Flag.objects.of(patient).open().filter(rule="F7").exists()


def test_facts_that_change_make_a_reviewed_flag_new_again(patient: Patient) -> None:
    factories.write_day(patient, scores=(None, None, None, None, 10))
    flag = Flag.objects.of(patient).get(rule="F10")
    seen = clock.now()
    assert flag.is_reviewed(seen)
    assert not flag.is_reviewed(None)
    assert not flag.is_reviewed(flag.facts_at - timedelta(seconds=1))
    with time_machine.travel(seen + timedelta(days=1), tick=False):
        factories.write_day(patient, scores=(None, None, None, None, 9))
    flag.refresh_from_db()
    assert not flag.is_reviewed(seen)


@override_settings(CLINICAL_RULES=False)
def test_without_the_clinical_rules_there_is_a_diary_and_no_flag(patient: Patient) -> None:
    factories.write_day(patient, scores=(None, None, None, None, 10))
    assert not Flag.objects.of(patient).exists()
    assert Summary.objects.of(patient).get().last_entry == clock.today(patient)


def test_turning_the_clinical_rules_off_hides_what_was_raised(patient: Patient, patient_client: Client) -> None:
    """DESIGN.md §7: whole; and back on, it is there again."""
    factories.write_day(patient, scores=(None, None, None, None, 10))
    path = f"/diary/{clock.today(patient)}/"
    assert "116 123" in patient_client.get(path).content.decode()
    with override_settings(CLINICAL_RULES=False):
        assert "116 123" not in patient_client.get(path).content.decode()
        assert not Flag.objects.of(patient).open().exists()
    assert Flag.objects.of(patient).open().exists()


def test_the_sheet_comes_back_from_json_as_it_was(patient: Patient) -> None:
    """P36: decimals and dates are exact."""
    factories.tell_everything(patient)
    known = sheet.from_json(Summary.objects.of(patient).get().sheet)
    assert sheet.from_json(sheet.to_json(known)) == known
    assert known.supply == sheet.SupplyFacts("liquid", (), Decimal("5.00"))
    assert known.main_symptom == "sleep"
    assert [each.name for each in known.as_needed_on(clock.today(patient))] == ["Paracetamol"]
