"""Whatever is sent to a page of the treatment or to a diary day: an answer, and never a server error."""

from datetime import timedelta

import pytest
from django.test import Client

from ldnapp.people.models import Patient
from tests import factories
from tracker import clock
from tracker.models import Medicine

pytestmark = pytest.mark.django_db

ODD = (
    "",
    " ",
    "\x00",
    "x" * 5000,
    "١٢",
    "<b>&",
    "-1",
    "1e9",
    "NaN",
    "None",
    "[]",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "½",
    "🙂",
)
DIARY = ("pain", "dose_status", "dose_mg", "dose_unit", "dose_strength", "dose_timing", "dose_mg_2", "dose_timing_3")
BESIDE = ("has_dreams", "effect_dreams", "effects_none", "effects_same", "effect_words", "as_needed_1", "as_needed_x")
OFFERED = ("usual_mg", "usual_timing", "yesterday_mg", "yesterday_timing", "dose_confirmed", "version", "note")
PAGES = {
    "treatment/start/": ("taking", "starts_on", "began_on", "condition"),
    "treatment/details/": (
        "form",
        "capsules",
        "other_capsules",
        "mg_per_ml",
        "strength_confirmed",
        "review_on",
        "pharmacy",
    ),
    "treatment/main-symptom/": ("symptom",),
    "treatment/plan/": (
        "step0-on",
        "step0-mg",
        "step0-timing",
        "step0-second_mg",
        "words",
        "confirmed",
        "fill",
        "schedule",
    ),
    "treatment/hold/": ("weeks", "words", "confirmed", "shown"),
    "treatment/back/": ("dose", "words", "confirmed"),
    "treatment/stop/": ("ended_on", "reason", "note"),
    "treatment/pause/": ("reason",),
    "treatment/reviewed/": ("review_on",),
    "treatment/medicines/": ("name", "use", "since", "until"),
    "treatment/safety/": ("opioids", "opioid_words", "last_test_on", "operation", "operation_on", "immune_words"),
    "settings/": ("time_zone", "day_end", "country", "theme"),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("page", [*PAGES, "diary"])
def test_odd_values_are_answered_beside_their_fields(
    patient: Patient, patient_client: Client, page: str, odd: str
) -> None:
    """One field after the other, and all of them at once."""
    today = clock.today(patient)
    episode = factories.give_plan(patient, (today - timedelta(days=9), "1.50"), (today - timedelta(days=2), "3.00"))
    Medicine.objects.create(patient=patient, name="Paracetamol", use="as_needed", added_on=today)
    factories.write_day(patient, today - timedelta(days=8), dose_status="taken", dose_mg="3.00")
    path = f"/diary/{today}/" if page == "diary" else f"/{page}"
    fields = (*DIARY, *BESIDE, *OFFERED) if page == "diary" else PAGES[page]
    felt = {"has_other": "1", "effect_other": "mild", "effect_words": f"a{odd}"}
    for sent in (*({field: odd} for field in fields), dict.fromkeys(fields, odd), felt):
        answer = patient_client.post(path, sent)
        assert answer.status_code in {200, 302, 404, 409, 422}, (sent, answer.status_code)
    episode.refresh_from_db()
    assert episode.is_open
