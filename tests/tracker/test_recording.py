"""The acts: every write of the record, and what each leaves behind."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from ldnapp.people.models import Event, EventKind, Patient, User
from tests import factories
from tests.record import DAYS, stored_rows
from tracker.answers import Answers, TakenDose, answers_of
from tracker.days import Written
from tracker.models import DiaryEntry, Dose
from tracker.recording import (
    NOT_KEPT,
    StaleEntry,
    record_entry,
    save_settings,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 20, 40, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FULL = Answers((6, 7, 5, None, 0), "taken", (TakenDose(Decimal("3.00"), "bedtime"),), note="Long walk yesterday.")
SKIPPED = Answers((6, 7, 5, None, 0), "skipped", dose_skip_reason="forgot it")


def save(patient: Patient, answers: Answers, *, started_from: int = 0, now: datetime = NOW) -> DiaryEntry:
    return record_entry(patient, DAY, answers, started_from=started_from, by=patient.user, now=now)


def stored(patient: Patient) -> Answers:
    return answers_of(DiaryEntry.objects.of(patient).on(DAY), list(Dose.objects.of(patient).on(DAY)))


def history_of(model: Any) -> list[Any]:
    """The history of the one row of this model, oldest first."""
    return list(model.history.order_by("history_id"))


@pytest.mark.parametrize("answers", [FULL, SKIPPED, Answers(note="x"), Answers((None, None, None, None, 0))])
def test_what_was_saved_is_what_is_stored(patient: Patient, answers: Answers) -> None:
    """P41, P65: every answer, blanks as blanks and 0 as 0."""
    save(patient, answers)
    assert stored(patient) == answers


def test_a_first_save_keeps_when_and_by_whose_calendar_it_was_written(patient: Patient) -> None:
    entry = save(patient, FULL)
    assert (entry.version, entry.time_zone, entry.written_on) == (1, "Europe/London", DAY)
    assert (entry.written_at, entry.changed_at) == (NOW, NOW)


@pytest.mark.parametrize(
    ("days_after", "clock", "shown"),
    [
        (0, time(20, 40), Written.SAME_DAY),
        (1, time(2, 59), Written.SAME_DAY),
        (1, time(3, 0), Written.NEXT_DAY),
        (2, time(2, 59), Written.NEXT_DAY),
        (2, time(3, 0), Written.LATER),
    ],
)
def test_an_entry_knows_how_late_it_was_first_written(
    patient: Patient, days_after: int, clock: time, shown: Written
) -> None:
    """By the patient's own calendar; a change later on does not make it late."""
    first = datetime.combine(DAY + timedelta(days=days_after), clock, UTC)
    save(patient, FULL, now=first)
    entry = save(patient, SKIPPED, started_from=1, now=first + timedelta(days=9))
    assert entry.written is shown
    assert (entry.written_at, entry.changed_at) == (first, first + timedelta(days=9))


def test_a_change_keeps_the_old_values_with_who_and_when(patient: Patient) -> None:
    """P43: both the first and the corrected answers are there afterwards."""
    save(patient, FULL)
    save(patient, Answers((0, None, 5, 1, 9), note="Corrected."), started_from=1, now=LATER)
    first, second = history_of(DiaryEntry)
    assert (first.pain, first.note, first.history_date, first.version) == (6, "Long walk yesterday.", NOW, 1)
    assert (second.pain, second.note, second.history_date, second.version) == (0, "Corrected.", LATER, 2)
    assert {first.history_user, second.history_user} == {patient.user.event_id}


def test_the_same_save_twice_is_one(patient: Patient) -> None:
    """P23: a double click changes neither the day nor its history, whichever version it names."""
    save(patient, FULL)
    before = stored_rows()
    for version in (0, 1, 7):
        assert save(patient, FULL, started_from=version, now=LATER).version == 1
    assert stored_rows() == before


@pytest.mark.parametrize("started_from", [0, 2])
def test_a_save_from_another_version_is_refused_with_what_is_stored(patient: Patient, started_from: int) -> None:
    """P25: the day stays as it was."""
    save(patient, FULL)
    before = stored_rows(*DAYS)
    with pytest.raises(StaleEntry) as refusal:
        save(patient, SKIPPED, started_from=started_from, now=LATER)
    assert refusal.value.stored == FULL
    assert stored_rows(*DAYS) == before


def test_what_was_refused_is_kept_in_the_history(patient: Patient) -> None:
    """P25: nothing that was typed is lost, and it is plain that it was not kept."""
    save(patient, FULL)
    with pytest.raises(StaleEntry):
        save(patient, Answers((1, 2, 3, 4, 5), note="From the other phone."), now=LATER)
    refused = history_of(DiaryEntry)[-1]
    assert (refused.pain, refused.mood, refused.note) == (1, 5, "From the other phone.")
    assert refused.history_change_reason == f"{NOT_KEPT}; dose: not recorded"
    assert refused.history_date == LATER
    assert refused.history_user_id == patient.user.event_id
    assert stored(patient) == FULL


def test_a_refused_dose_is_kept_and_a_reload_keeps_it_once(patient: Patient) -> None:
    """P25: the dose of a stale form is not lost either; sending the form again adds nothing."""
    save(patient, FULL)
    stale = factories.answers(dose_status="taken", dose_mg=Decimal("2.00"), dose_timing="morning")
    for _ in range(2):
        with pytest.raises(StaleEntry):
            save(patient, stale, now=LATER)
    refused = [line for line in history_of(DiaryEntry) if line.history_change_reason]
    assert [line.history_change_reason for line in refused] == [f"{NOT_KEPT}; dose: 2.0 mg, morning"]


def test_a_dose_is_a_row_only_where_one_was_taken(patient: Patient) -> None:
    """P38: neither "not taken" nor "not recorded" leaves one."""
    save(patient, Answers(note="x"))
    save(patient, SKIPPED, started_from=1)
    assert not Dose.objects.exists()


def test_a_dose_is_made_changed_and_deleted_with_its_history(patient: Patient) -> None:
    """P43, P44: one row a day; what it said, when and by whom stays."""
    save(patient, FULL)
    save(patient, Answers(FULL.scores, "taken", (TakenDose(Decimal("4.50"), "morning"),)), started_from=1, now=LATER)
    assert Dose.objects.get().amount_mg == Decimal("4.50")
    save(patient, SKIPPED, started_from=2, now=LATER)
    assert not Dose.objects.exists()
    lines = [(line.history_type, str(line.amount_mg), line.timing, line.history_date) for line in history_of(Dose)]
    assert lines == [
        ("+", "3.00", "bedtime", NOW),
        ("~", "4.50", "morning", LATER),
        ("-", "4.50", "morning", LATER),
    ]
    assert {line.history_user_id for line in history_of(Dose)} == {patient.user.event_id}


def test_a_changed_note_leaves_the_dose_alone(patient: Patient) -> None:
    save(patient, FULL)
    save(
        patient,
        Answers(FULL.scores, "taken", (TakenDose(Decimal("3.00"), "bedtime"),), note="Another."),
        started_from=1,
    )
    assert [line.history_type for line in history_of(Dose)] == ["+"]


def test_a_dose_without_an_amount_is_kept_as_such(patient: Patient) -> None:
    """P73: and never filled in from the plan."""
    factories.give_plan(patient)
    save(patient, factories.answers(dose_status="taken", scores=(None,) * 5))
    assert Dose.objects.get().amount_mg is None


def test_another_zone_or_day_end_changes_no_past_day(patient: Patient) -> None:
    """P31: each keeps its date and the zone that it was written in; the next one has the new zone."""
    save(patient, FULL)
    before = stored_rows()
    chosen = {
        "time_zone": "Pacific/Kiritimati",
        "day_end": time(12),
        "theme": "dark",
        "country": "FR",
    }
    save_settings(patient, chosen, by=patient.user, now=LATER)
    assert stored_rows() == before
    save(patient, SKIPPED, started_from=1, now=LATER)
    assert DiaryEntry.objects.get().time_zone == "Europe/London"
    assert factories.write_day(patient).time_zone == "Pacific/Kiritimati"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"time_zone": "Asia/Tokyo"}, ["Europe/London 03:00 to Asia/Tokyo 03:00"]),
        ({"day_end": time(0)}, ["Europe/London 03:00 to Europe/London 00:00"]),
        ({"theme": "dark", "country": "FR"}, []),
    ],
)
def test_another_zone_or_day_end_is_noted_with_the_old_one(
    patient: Patient, changed: dict[str, Any], words: list[str]
) -> None:
    """T31: hopping zones could fill a day in twice; no event says anything else of the settings."""
    chosen = {"time_zone": "Europe/London", "day_end": time(3), "theme": "", "country": "GB"}
    for _ in range(2):  # the second time nothing changes
        save_settings(Patient.objects.get(), {**chosen, **changed}, by=patient.user, now=LATER)
    events = Event.objects.all()
    assert [event.detail for event in events] == words
    assert all((event.kind, event.actor) == (EventKind.DAYS_CHANGED, patient.user.event_id) for event in events)
    assert all(event.subject == patient.user.event_id for event in events)


def test_settings_that_fail_are_noted_as_nothing(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """T31: the note and the change are one transaction."""
    monkeypatch.setattr(User, "save", lambda *args, **named: 1 / 0)
    chosen = {"time_zone": "Asia/Tokyo", "day_end": time(3), "theme": "", "country": "GB"}
    with pytest.raises(ZeroDivisionError):
        save_settings(patient, chosen, by=patient.user, now=LATER)
    assert Patient.objects.get().time_zone == "Europe/London"
    assert not Event.objects.exists()


def test_every_model_of_the_record_keeps_its_old_values() -> None:
    """T31: a new one, too; what a patient writes is never overwritten without a trace."""
    models = [
        model for model in apps.get_app_config("tracker").get_models() if not model.__name__.startswith("Historical")
    ]
    written_once = {"Plan", "PlanStep", "SafetyAnswers"}  # another row is written instead
    derived = {"Summary", "Flag"}
    assert {model.__name__ for model in models if not hasattr(model, "history")} == written_once | derived


def test_two_patients_days_have_nothing_to_do_with_each_other(patient: Patient) -> None:
    """P6, P12: the same date, one after the other: each keeps its own answers, version and actor."""
    other = factories.PatientFactory()
    save(patient, FULL)
    save(other, SKIPPED)
    assert (stored(patient), stored(other)) == (FULL, SKIPPED)
    actors = {line.patient_id: line.history_user_id for line in history_of(DiaryEntry)}
    assert actors == {patient.pk: patient.user.event_id, other.pk: other.user.event_id}


@pytest.mark.parametrize(
    ("answers", "is_blank"),
    [(Answers(), True), (Answers((None, 0, None, None, None)), False), (Answers(dose_status="skipped"), False)],
)
def test_a_blank_day_is_known_as_blank(answers: Answers, is_blank: bool) -> None:
    assert answers.is_blank is is_blank
