"""Acts of the treatment done at once, by two phones or an impatient thumb: each counts, and none fails."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from ldnapp.people.models import Patient
from tests import factories
from tests.parallel import at_once
from tracker import clock
from tracker.declaring import answer_safety
from tracker.models import Episode, Plan, SafetyAnswers
from tracker.plan import PlannedDose, Step
from tracker.planning import open_episode, write_plan

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


def test_plans_that_are_written_at_once_are_numbered_one_after_the_other(patient: Patient) -> None:
    """P44: the lock of the patient makes them wait for each other."""
    episode = factories.give_plan(patient)
    today = clock.today(patient)

    def write(number: int) -> str:
        steps = [Step(today, (PlannedDose(Decimal(number + 1), "bedtime"),))]
        write_plan(episode, steps, since=today, by=patient.user, now=clock.now())
        return "written"

    assert at_once([partial(write, number) for number in range(AT_ONCE)]) == ["written"] * AT_ONCE
    numbers = Plan.objects.of_episode(episode).values_list("number", flat=True)
    assert list(numbers) == list(range(1, AT_ONCE + 2))


def test_one_treatment_begins_however_often_begin_is_tapped(patient: Patient) -> None:
    said = {"opened_on": clock.today(patient) - timedelta(days=1)}

    def begin() -> str:
        open_episode(patient, said, by=patient.user, now=clock.now())
        return "begun"

    assert at_once([begin] * AT_ONCE) == ["begun"] * AT_ONCE
    assert Episode.objects.of(patient).count() == 1


def test_answers_that_are_given_at_once_are_all_kept(patient: Patient) -> None:
    today = clock.today(patient)

    def give() -> str:
        answer_safety(patient, {"opioids": "no"}, version=1, today=today, by=patient.user, now=clock.now())
        return "given"

    assert at_once([give] * AT_ONCE) == ["given"] * AT_ONCE
    assert SafetyAnswers.objects.of(patient).count() == AT_ONCE
