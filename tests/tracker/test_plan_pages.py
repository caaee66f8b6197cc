"""Writing the plan: read in full before it counts, refused where it can't be, and no past day is touched."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import words_of
from tests.record import stored_rows
from tracker import clock
from tracker.models import Episode, Plan, PlanStep
from tracker.planning import open_episode, set_supply
from tracker.reading import read_sheet

pytestmark = pytest.mark.django_db

PATH = "/treatment/plan/"
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
PLANS = ("tracker_plan", "tracker_planstep")


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield


@pytest.fixture
def episode(patient: Patient) -> Episode:
    """An open episode without a plan."""
    from_today = {"opened_on": TODAY - 20 * DAY}
    return open_episode(patient, from_today, by=patient.user, now=clock.now())


def rows(*steps: tuple[str, str], **more: str) -> dict[str, str]:
    """What the page sends for these (date, mg) rows."""
    sent = {"words": "", **more}
    for number, (on, mg) in enumerate(steps):
        sent |= {f"step{number}-on": on, f"step{number}-mg": mg, f"step{number}-timing": "bedtime" if mg else ""}
    return sent


def confirm(client: Client, path: str, sent: dict[str, str]) -> Any:
    """Read it through, tick, and write it down."""
    page = client.post(path, sent)
    digest = page.context["digest"]
    return client.post(path, {**sent, "shown": "1", "confirmed": digest})


@pytest.mark.usefixtures("episode")
def test_a_plan_counts_only_once_it_was_read_and_confirmed(patient: Patient, patient_client: Client) -> None:
    """P62: the whole text of every step, and a tick that carries this very plan."""
    sent = rows(("2026-11-25", "1.5"), ("09/12/2026", "3"))
    page = patient_client.post(PATH, sent)
    assert page.status_code == 200
    words = words_of(page)
    assert "From Wednesday 25 November 2026: 1.5 mg at bedtime one point five milligrams" in words
    assert "From Wednesday 9 December 2026: 3.0 mg at bedtime three milligrams" in words
    assert not Plan.objects.exists()
    refused = patient_client.post(PATH, {**sent, "shown": "1"})
    assert refused.status_code == 422
    assert "Please read the plan and tick this" in words_of(refused)
    other = patient_client.post(PATH, {**sent, "shown": "1", "confirmed": "2026-11-25:15.00@bedtime"})
    assert other.status_code == 422
    assert not Plan.objects.exists()
    for _ in range(2):  # a second tap writes nothing
        assert confirm(patient_client, PATH, sent).headers["Location"] == "/treatment/"
    assert Plan.objects.count() == 1
    assert [str(each.mg) for each in read_sheet(patient).versions[0].steps] == ["1.50", "3.00"]


@pytest.mark.parametrize(
    ("steps", "field", "words"),
    [
        ([("2026-12-09", "3"), ("2026-11-25", "1.5")], "step1-on", "Please put the steps in order"),
        ([("2026-11-25", "3"), ("2026-11-25", "1.5")], "step1-on", "a step on this day already"),
        ([("2026-11-23", "3")], "step0-on", "This day has passed"),
        ([("2027-02-29", "3")], "step0-on", "There is no such day"),
        ([("2036-01-01", "3")], "step0-on", "three years away"),
        ([("", "3")], "step0-on", "From which day?"),
        ([("2026-11-25", "")], "step0-mg", "How many mg?"),
        ([("2026-11-25", "0")], "step0-mg", "took none"),
        ([("2026-11-25", "4.5.5")], "step0-mg", "a number of mg"),
        ([("2026-11-25", "45")], "step0-mg", "Is a decimal point missing?"),
        ([("2026-11-25", "1,500")], "step0-mg", "a number of mg"),
        ([("2026-11-25", "500 mcg")], "step0-mg", "in milligrams"),
    ],
)
@pytest.mark.usefixtures("episode")
def test_a_plan_that_can_not_be_is_refused_beside_its_field(
    patient_client: Client, steps: list[tuple[str, str]], field: str, words: str
) -> None:
    """H16: all that was typed stays, nothing is stored."""
    before = stored_rows()
    page = patient_client.post(PATH, rows(*steps, words="As my doctor said"))
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    body = page.content.decode()
    assert all(f'value="{mg}"' in body for _, mg in steps if mg)
    assert "As my doctor said" in body
    assert stored_rows() == before


@pytest.mark.usefixtures("episode")
def test_an_empty_plan_and_a_dose_without_its_time_are_refused(patient_client: Client) -> None:
    assert "at least one step" in words_of(patient_client.post(PATH, rows()))
    page = patient_client.post(PATH, {**rows(("2026-11-25", "3")), "step0-timing": ""})
    assert "When on the day?" in words_of(page, "id_step0-timing_error")


def test_a_step_before_the_planned_first_dose_is_refused(patient: Patient, patient_client: Client) -> None:
    said = {"opened_on": TODAY, "starts_on": TODAY + 7 * DAY}
    open_episode(patient, said, by=patient.user, now=clock.now())
    page = patient_client.post(PATH, rows(("2026-11-30", "1.5")))
    assert "Your first dose is planned for Tuesday 1 December 2026" in words_of(page, "id_step0-on_error")
    assert patient_client.post(PATH, rows(("2026-12-01", "1.5"))).status_code == 200


def test_capsules_that_can_not_make_the_dose_are_refused(
    patient: Patient, patient_client: Client, episode: Episode
) -> None:
    """H3: "3 mg = 2 × 1.5 mg", and no half capsule."""
    sizes = [Decimal("1.50")]
    set_supply(episode, form="capsules", capsules_mg=sizes, since=TODAY, by=patient.user, now=clock.now())
    page = patient_client.post(PATH, rows(("2026-11-25", "2")))
    assert "2.0 mg can’t be made of capsules of 1.5 mg" in words_of(page, "id_step0-mg_error")
    assert "2 × 1.5 mg" in words_of(patient_client.post(PATH, rows(("2026-11-25", "3"))))


@pytest.mark.usefixtures("episode")
def test_a_schedule_only_fills_in_the_rows(patient_client: Client) -> None:
    """P62: none is chosen beforehand, and nothing is stored by it."""
    first = patient_client.get(PATH).content.decode()
    assert '<option value="" selected>Choose one</option>' in first
    page = patient_client.post(PATH, {"fill": "1", "schedule": "twice_a_day", "first": "2026-12-01"})
    assert page.status_code == 200
    body = page.content.decode()
    assert all(f'value="{day}"' in body for day in ("2026-12-01", "2026-12-08", "2027-01-12"))
    assert patient_client.post(PATH, {"fill": "1", "schedule": "", "first": "2026-12-01"}).status_code == 422
    assert patient_client.post(PATH, {"fill": "1", "schedule": "two_weekly", "first": "2026-11-01"}).status_code == 422
    assert not Plan.objects.exists()


@pytest.mark.usefixtures("episode")
def test_more_rows_keep_what_was_typed_up_to_twelve(patient_client: Client) -> None:
    sent = rows(("2026-11-25", "1.5"), ("", ""), ("", ""), ("", ""))
    page = patient_client.post(PATH, {**sent, "more": "1"})
    assert page.content.decode().count('-mg" ') >= 6
    assert 'value="1.5"' in page.content.decode()
    assert PlanStep.objects.count() == 0


def test_a_new_version_a_hold_and_a_step_back_change_no_past_row(patient: Patient, patient_client: Client) -> None:
    """P37: days, doses, old versions and every history, byte by byte; adherence by the plan of each day."""
    factories.give_plan(patient, (TODAY - 20 * DAY, "1.50"), (TODAY - 6 * DAY, "3.00"))
    for back in range(20, 0, -1):
        factories.write_day(patient, TODAY - back * DAY, dose_status="taken", dose_mg="1.50", dose_timing="bedtime")
    kept = [table for table in stored_rows() if table not in {"tracker_summary", "tracker_flag", *PLANS}]
    before, plans = stored_rows(*kept), stored_rows(*PLANS)
    sheet = read_sheet(patient)
    past = [sheet.step_on(TODAY - back * DAY) for back in range(1, 25)]
    confirm(patient_client, PATH, rows(("2026-11-24", "3"), ("2026-12-01", "4.5")))
    confirm(patient_client, "/treatment/hold/", {"weeks": "4", "words": "Wait."})
    earlier = patient_client.get("/treatment/back/").context["form"].fields["dose"].choices[1][0]
    confirm(patient_client, "/treatment/back/", {"dose": earlier, "words": ""})
    assert [plan.kind for plan in Plan.objects.order_by("number")] == ["written", "written", "held", "back"]
    assert stored_rows(*kept) == before
    for table, old in plans.items():
        assert stored_rows(table)[table][: len(old)] == old
    sheet = read_sheet(patient)
    assert [sheet.step_on(TODAY - back * DAY) for back in range(1, 25)] == past
    assert str(sheet.step_on(TODAY).mg) == "1.50"  # type: ignore[union-attr]


def test_a_hold_shows_before_and_after_side_by_side(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient, (TODAY - 20 * DAY, "1.50"), (TODAY + 3 * DAY, "3.00"))
    page = patient_client.post("/treatment/hold/", {"weeks": "2", "words": "Too sleepy"})
    words = words_of(page)
    assert "From Friday 27 November 2026: 3.0 mg" in words
    assert "From Tuesday 8 December 2026: 3.0 mg" in words
    assert "Stay on this dose until Monday 7 December 2026" in words
    assert "Past days stay as they are" in words
    assert patient_client.post("/treatment/hold/", {"weeks": "99"}).status_code == 422
    assert patient_client.post("/treatment/back/", {"dose": "x"}).headers["Location"] == "/treatment/"


def test_the_pages_of_a_plan_need_a_treatment(patient_client: Client) -> None:
    assert patient_client.get(PATH).headers["Location"] == "/treatment/start/"
    assert patient_client.get("/treatment/hold/").headers["Location"] == "/treatment/"
