"""Twenty saves of one day at once: two phones, an impatient thumb, a slow network."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.conf import settings
from django.test import Client

from ldnapp.people.models import Patient
from tests.pages import form_of
from tests.parallel import Result, at_once
from tracker import clock
from tracker.answers import Answers, TakenDose
from tracker.models import DiaryEntry, Dose
from tracker.recording import NOT_KEPT, StaleEntry, record_entry

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 20
DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 20, 40, tzinfo=UTC)


def twenty(act: Callable[[int], Result]) -> list[Result]:
    """What comes of this act, done twenty times at once with a number each."""
    return at_once([partial(act, number) for number in range(AT_ONCE)])


def saver(patient: Patient, answers: Callable[[int], Answers]) -> Callable[[int], str]:
    """An act that saves one day from "nothing written yet" and says what came of it."""

    def act(number: int) -> str:
        try:
            record_entry(patient, DAY, answers(number), started_from=0, by=patient.user, now=NOW)
        except StaleEntry:
            return "stale"
        return "saved"

    return act


def test_twenty_equal_saves_at_once_are_one(patient: Patient) -> None:
    """P22, P23: one row, one line of history, no error."""
    doses = (TakenDose(Decimal("3.00"), "bedtime"),)
    same = Answers((6, 7, 5, None, 4), "taken", doses)
    assert twenty(saver(patient, lambda _: same)) == ["saved"] * AT_ONCE
    assert (DiaryEntry.objects.count(), DiaryEntry.history.count()) == (1, 1)
    assert (Dose.objects.count(), Dose.history.count()) == (1, 1)


def test_of_twenty_different_saves_at_once_one_is_kept_and_none_is_lost(patient: Patient) -> None:
    """P22, P25: one row; the nineteen others stand in its history as not kept."""
    came = twenty(saver(patient, lambda number: Answers(note=f"note {number}")))
    assert sorted(came) == ["saved", *["stale"] * (AT_ONCE - 1)]
    kept = DiaryEntry.objects.get()
    refused = DiaryEntry.history.filter(history_change_reason__startswith=NOT_KEPT)
    assert kept.version == 1
    assert {kept.note, *(line.note for line in refused)} == {f"note {number}" for number in range(AT_ONCE)}


def test_twenty_forms_sent_at_once_are_one_day_and_no_server_error(patient: Patient, patient_client: Client) -> None:
    """P22: through the whole site, from one page that was opened once; what was refused ten times is kept once."""
    day = clock.today(patient)
    page = form_of(patient_client.get(f"/diary/{day}/"))
    session = patient_client.cookies[settings.SESSION_COOKIE_NAME].value

    def send(number: int) -> int:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client.post(f"/diary/{day}/", {**page, "pain": number % 2}).status_code

    came = twenty(send)
    assert sorted(came) == [302] * 10 + [409] * 10
    assert DiaryEntry.objects.count() == 1
    assert DiaryEntry.history.filter(history_change_reason__startswith=NOT_KEPT).count() == 1
