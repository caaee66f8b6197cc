"""What the database itself refuses of a treatment: dates out of order, two steps on a day, words that are none."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ldnapp.people.models import Patient
from tracker.models import Episode, Flag, MainSymptom, Medicine, Plan, PlanStep, SafetyAnswers, Supply

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def episode(patient: Patient) -> Episode:
    episode: Episode = Episode.objects.create(patient=patient, opened_on=DAY)
    return episode


def plan_of(episode: Episode, **said: Any) -> Plan:
    plan: Plan = Plan.objects.create(
        **{
            "patient": episode.patient,
            "episode": episode,
            "number": 1,
            "since": DAY,
            "written_at": timezone.now(),
            **said,
        }
    )
    return plan


def refused(constraint: str, make: Any, **said: Any) -> None:
    """That making this row fails by this constraint."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**said)


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        ("episode_ends_after_it_opens", {"ended_on": BEFORE, "stop_reason": "cost"}),
        ("episode_starts_after_it_opens", {"starts_on": BEFORE}),
        ("episode_began_before_it_opens", {"began_on": BEFORE}),
        ("episode_began_before_it_opens", {"already_taking": True, "began_on": DAY + timedelta(days=1)}),
        ("episode_ends_with_a_reason", {"ended_on": DAY}),
        ("episode_ends_with_a_reason", {"stop_reason": "cost"}),
        ("episode_reason_is_known", {"ended_on": DAY, "stop_reason": "boredom"}),
        ("episode_condition_is_known", {"condition": "gout"}),
    ],
)
def test_an_episode_has_its_dates_in_order_and_an_end_its_reason(
    patient: Patient, constraint: str, said: dict[str, Any]
) -> None:
    refused(constraint, Episode.objects.create, patient=patient, opened_on=DAY, **said)


def test_the_bounds_of_an_episode_are_kept(patient: Patient) -> None:
    """Begun, planned and ended on its very first day."""
    said = {"already_taking": True, "began_on": DAY, "starts_on": DAY, "ended_on": DAY, "stop_reason": "other"}
    assert Episode.objects.create(patient=patient, opened_on=DAY, **said).holds(DAY)


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        ("supply_liquid_has_a_strength", {"form": "liquid"}),
        ("supply_liquid_has_a_strength", {"form": "liquid", "mg_per_ml": "0.00"}),
        ("supply_liquid_has_a_strength", {"form": "liquid", "mg_per_ml": "20.01"}),
        ("supply_liquid_has_a_strength", {"form": "capsules", "mg_per_ml": "1.00"}),
        ("supply_form_is_known", {"form": "gas"}),
    ],
)
def test_a_liquid_has_a_strength_and_nothing_else_has(episode: Episode, constraint: str, said: dict[str, Any]) -> None:
    """H3."""
    refused(constraint, Supply.objects.create, patient=episode.patient, episode=episode, since=DAY, **said)


def test_versions_steps_and_main_symptoms_share_no_number_and_no_day(episode: Episode) -> None:
    """No overlapping steps: a step lasts until the next one's day."""
    patient, plan = episode.patient, plan_of(episode)
    refused("(?i)unique", plan_of, episode=episode)
    refused("plan_kind_is_known", plan_of, episode=episode, number=2, kind="guessed")
    refused("plan_hold_ends_after_it_begins", plan_of, episode=episode, number=2, hold_until=BEFORE)
    step = {"patient": patient, "plan": plan, "on": DAY, "amount_mg": Decimal("1.50"), "timing": "bedtime"}
    PlanStep.objects.create(**step)
    PlanStep.objects.create(**step, slot=2)
    refused("(?i)unique", PlanStep.objects.create, **step)
    refused("step_at_most_four_doses", PlanStep.objects.create, **step, slot=5)
    refused("step_within_bounds", PlanStep.objects.create, **{**step, "on": BEFORE, "amount_mg": "0.00"})
    refused("step_within_bounds", PlanStep.objects.create, **{**step, "on": BEFORE, "amount_mg": "15.01"})
    refused("step_timing_is_known", PlanStep.objects.create, **{**step, "on": BEFORE, "timing": "noon"})
    named = {"patient": patient, "episode": episode, "since": DAY}
    MainSymptom.objects.create(**named, symptom="pain")
    refused("(?i)unique", MainSymptom.objects.create, **named, symptom="sleep")
    refused("main_symptom_is_known", MainSymptom.objects.create, **{**named, "since": BEFORE}, symptom="hair")


def test_medicines_answers_and_flags_hold_only_what_is_known(patient: Patient) -> None:
    plain: dict[str, Any] = {"patient": patient, "name": "x", "use": "regular", "added_on": DAY}
    refused("medicine_dates_in_order", Medicine.objects.create, **plain, since=DAY, until=BEFORE)
    refused("medicine_use_is_known", Medicine.objects.create, **{**plain, "use": "hourly"})
    refused("medicine_has_a_name", Medicine.objects.create, **{**plain, "name": ""})
    refused("medicine_opioid_is_known", Medicine.objects.create, **plain, opioid_answer="often")
    said = {"patient": patient, "number": 1, "questions_version": 1, "answered_on": DAY, "is_adult": True}
    given: dict[str, Any] = {**said, "answered_at": timezone.now()}
    refused("safety_answers_are_known", SafetyAnswers.objects.create, **given, liver="maybe")
    refused("safety_date_of_an_operation", SafetyAnswers.objects.create, **given, operation_on=DAY)
    raised: dict[str, Any] = {"patient": patient, "rule": "F1", "rule_version": 1, "facts": {}}
    raised |= {"facts_at": timezone.now(), "raised_at": timezone.now()}
    refused("flag_level_is_known", Flag.objects.create, **raised, level="red")
    refused("flag_later_level_has_a_day", Flag.objects.create, **raised, level="soon", later_level="urgent")
    Flag.objects.create(**raised, level="soon")
    refused("(?i)unique", Flag.objects.create, **raised, level="soon")


def test_no_row_of_a_treatment_says_in_a_log_what_it_holds(episode: Episode) -> None:
    """T31: a name or a dose would end up in a log line."""
    plan = plan_of(episode)
    medicine = Medicine(pk=4, patient=episode.patient, name="Codeine", use="regular", added_on=DAY)
    assert [str(each) for each in (episode, plan, medicine)] == [
        f"episode {episode.pk}",
        f"plan {plan.pk}",
        "medicine 4",
    ]
