"""A whole diary that somebody really kept, day by day through the form: nothing is lost, added or moved.

The diary is that of Kossakowski, Groot, Haslbeck, Borsboom and Wichers (2017), Journal of Open
Psychology Data 5:1, doi 10.5334/jopd.29: 238 days with one date missing and sleep answered on 143.
It is read in place and never copied; its doses are of another medicine and stay out. Where it is
not on this machine a made course takes its place.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from ldnapp.people.models import Patient
from tests.pages import course_payload, course_table
from tracker.demo import COURSES, diary
from tracker.forms.diary import DiaryEntryForm
from tracker.models import DiaryEntry
from tracker.progress import mean
from tracker.recording import record_entry
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS

pytestmark = pytest.mark.django_db

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "kossakowski_2017_daily.csv"
MADE = COURSES[2]  # the one with the most gaps
EVENING = time(20, 40, tzinfo=UTC)
DAY = timedelta(days=1)

# Of each phase of the real diary: its days, and (mean, answered days) of each symptom, as published with it.
KNOWN = [
    (28, [(0.321, 28), (1.714, 28), (4.607, 28), (3.389, 18), (5.036, 28)]),
    (14, [(0.429, 14), (2.214, 14), (4.143, 14), (2.778, 9), (5.143, 14)]),
    (56, [(0.589, 56), (1.982, 56), (4.589, 56), (3.556, 36), (5.143, 56)]),
    (56, [(0.554, 56), (1.625, 56), (4.339, 56), (3.971, 34), (5.250, 56)]),
    (84, [(0.512, 84), (1.310, 84), (4.119, 84), (4.022, 46), (5.536, 84)]),
]


class KeptDay(NamedTuple):
    """One day as it stands in the source: what is typed, a text a symptom, "" where it was not answered."""

    date: date
    typed: tuple[str, ...]


def real_days() -> list[KeptDay]:
    if not REAL.exists():
        pytest.skip(f"the real diary is not on this machine: no {REAL.name} beside the project")
    with REAL.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [KeptDay(date.fromisoformat(row["date"]), tuple(row[key] for key in SYMPTOM_KEYS)) for row in rows]


def made_days() -> list[KeptDay]:
    answers = [(day, said.scores) for day, _, said in diary(MADE, date(2026, 3, 3))]
    return [
        KeptDay(day, tuple("" if score is None else str(score) for score in scores))
        for day, scores in answers
        if any(score is not None for score in scores)
    ]


def keep(patient: Patient, days: Sequence[KeptDay]) -> None:
    """Type every day into the form on its own evening, and save it."""
    for day, typed in days:
        form = DiaryEntryForm(dict(zip(SYMPTOM_KEYS, typed, strict=True)))
        assert form.is_valid()
        now = datetime.combine(day, EVENING)
        record_entry(patient, day, form.answers, started_from=0, by=patient.user, now=now)


@pytest.fixture(params=[real_days, made_days], ids=["real", "made"])
def days(request: pytest.FixtureRequest, patient: Patient) -> list[KeptDay]:
    """A diary that was kept in this site by this patient."""
    kept: list[KeptDay] = request.param()
    keep(patient, kept)
    return kept


def test_form_database_payload_and_table_agree_to_the_digit(
    days: list[KeptDay], patient: Patient, patient_client: Client
) -> None:
    """P41, P75: every answer of the source, gaps as gaps, blanks as blanks."""
    stored = [
        KeptDay(entry.diary_date, tuple("" if (score := entry.score(s)) is None else str(score) for s in SYMPTOMS))
        for entry in DiaryEntry.objects.of(patient).order_by("diary_date")
    ]
    assert stored == days
    with time_machine.travel(datetime.combine(days[-1].date, EVENING), tick=False):
        response = patient_client.get("/progress/", {"days": "730"})
    table = {date.fromisoformat(iso): tuple(cells[: len(SYMPTOMS)]) for iso, cells in course_table(response).items()}
    assert table == dict(days)
    payload = course_payload(response)
    assert (payload["firstDay"], payload["lastDay"]) == (days[0].date.isoformat(), days[-1].date.isoformat())
    typed = dict(days)
    for place, one in enumerate(payload["symptoms"]):
        all_days = [days[0].date + n * DAY for n in range(len(one["scores"]))]
        texts = [typed[day][place] if day in typed else "" for day in all_days]
        assert one["scores"] == [int(text) if text else None for text in texts]


def test_every_day_was_written_on_its_own_day(days: list[KeptDay], patient: Patient) -> None:
    """P20, P31: and opened again, the form shows what was typed."""
    entries = list(DiaryEntry.objects.of(patient).order_by("diary_date"))
    assert {entry.written for entry in entries} == {"same day"}
    for entry, (_, typed) in zip(entries, days, strict=True):
        shown = DiaryEntryForm(initial={key: getattr(entry, key) for key in SYMPTOM_KEYS})
        assert tuple(field.checked for field in shown.score_fields) == typed


def test_the_real_diary_has_the_means_that_it_is_known_for(patient: Patient) -> None:
    """P40: blanks are left out of every mean, and each mean says how many days are behind it."""
    kept = real_days()
    keep(patient, kept)
    assert (len(kept), (kept[-1].date - kept[0].date).days + 1) == (238, 239)
    entries = list(DiaryEntry.objects.of(patient).order_by("diary_date"))
    for length, known in KNOWN:
        phase, entries = entries[:length], entries[length:]
        means = [mean([entry.score(symptom) for entry in phase]) for symptom in SYMPTOMS]
        assert [(round(found.value, 3), found.days) for found in means if found] == known
    assert not entries
