"""The treatment, first run, its short forms and the card, as a browser without script uses them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ldnapp.people.models import Patient
from tests import factories
from tests.pages import form_of, words_of
from tests.record import stored_rows
from tracker import clock
from tracker.answers import TakenDose
from tracker.models import DiaryEntry, Dose, Episode, MainSymptom, Pause, Supply
from tracker.planning import change_episode, open_episode, stop_treatment
from tracker.reading import read_sheet

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
FORM = "card-x"


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield


def begin(client: Client, **said: str) -> Any:
    return client.post("/treatment/start/", {"taking": "no", "starts_on": "", "began_on": "", "condition": "", **said})


def test_each_step_of_first_run_is_stored_as_it_is_left(patient: Patient, patient_client: Client) -> None:
    """P74: and a reload after each shows it; they can be done in any order."""
    assert begin(patient_client, starts_on="2026-12-10", condition="fibromyalgia").status_code == 302
    episode = Episode.objects.current(patient)
    assert episode is not None
    assert (episode.opened_on, episode.starts_on, episode.condition) == (TODAY, date(2026, 12, 10), "fibromyalgia")
    page = words_of(patient_client.get("/treatment/start/"))
    assert "Start before the first capsule" in page
    assert "Write day 1" in page
    patient_client.post("/treatment/main-symptom/", {"symptom": "sleep"})
    assert "Name your main symptom done" in " ".join(words_of(patient_client.get("/treatment/start/")).split())
    assert MainSymptom.objects.of(patient).get().since == TODAY
    factories.write_day(patient)
    page = words_of(patient_client.get("/treatment/start/"))
    assert "Write today" in page
    begin(patient_client, taking="yes")  # a second time changes nothing
    assert Episode.objects.of(patient).count() == 1


def test_who_takes_ldn_already_is_told_that_there_is_no_before(patient: Patient, patient_client: Client) -> None:
    """Already taking LDN: no baseline, no week, and nothing pretends one."""
    assert begin(patient_client, taking="yes", began_on="2025-03-01").status_code == 302
    assert "no “before” to compare with" in words_of(patient_client.get("/treatment/start/"))
    for back in range(20):
        factories.write_day(patient, TODAY - back * DAY)
    factories.write_day(patient, TODAY - 20 * DAY, dose_status="taken", dose_mg="3.00")
    sheet = read_sheet(patient)
    assert sheet.baseline is None
    progress = words_of(patient_client.get("/progress/"))
    assert "On LDN since March 2025" in progress
    assert "Week" not in progress
    assert "Week" not in words_of(patient_client.get("/diary/"), "main")


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"taking": ""}, "taking", "Please choose one"),
        ({"starts_on": "2026-11-23"}, "starts_on", "today or a later day"),
        ({"starts_on": "2031-01-01"}, "starts_on", "today or a later day"),
        ({"starts_on": "29/02/2027"}, "starts_on", "There is no such day"),
        ({"taking": "yes", "began_on": "2026-11-25"}, "began_on", "a day that has been"),
        ({"taking": "yes", "began_on": "1899-01-01"}, "began_on", "check the year"),
        ({"taking": "yes", "starts_on": "2026-12-01"}, "starts_on", "You also chose"),
        ({"began_on": "2026-01-01"}, "began_on", "You also chose"),
    ],
)
def test_a_beginning_that_can_not_be_is_refused(
    patient_client: Client, said: dict[str, str], field: str, words: str
) -> None:
    before = stored_rows()
    page = begin(patient_client, **said)
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    assert stored_rows() == before


def test_days_written_before_the_first_run_belong_to_the_episode(patient: Patient, patient_client: Client) -> None:
    """Else the baseline that someone has would be thrown away."""
    for back in range(1, 15):
        factories.write_day(patient, TODAY - back * DAY)
    begin(patient_client)
    episode = Episode.objects.current(patient)
    assert episode is not None
    assert episode.opened_on == TODAY - 14 * DAY


def test_the_treatment_page_says_the_dose_now_the_next_step_and_what_was_kept(
    patient: Patient, patient_client: Client
) -> None:
    """UX §4.4; the words never urge the higher dose."""
    factories.give_plan(patient, (TODAY - 20 * DAY, "1.50"), (TODAY + 3 * DAY, "3.00"))
    factories.write_day(patient, TODAY - DAY, dose_status="taken", dose_mg="1.50")
    factories.write_day(patient, TODAY - 2 * DAY, dose_status="skipped")
    words = " ".join(words_of(patient_client.get("/treatment/")).split())
    assert "1.5 mg at bedtime" in words
    assert "Next step: 3.0 mg at bedtime on Friday 27 November, in 3 days" in words
    assert "If you are unsure, ask them first" in words
    assert "1 as planned, 0 another amount, 1 not taken, 19 not recorded" in words


def test_a_step_that_is_due_and_not_taken_asks_which_is_right(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"), (TODAY - 2 * DAY, "4.50"))
    factories.write_day(patient, TODAY - DAY, dose_status="taken", dose_mg="3.00")
    words = " ".join(words_of(patient_client.get("/treatment/")).split())
    assert "Your plan said 4.5 mg at bedtime from Sunday 22 November. You still record 3.0 mg. Which is right?" in words
    factories.write_day(patient, TODAY, dose_status="taken", dose_mg="4.50")
    assert "Which is right?" not in words_of(patient_client.get("/treatment/"))


@pytest.mark.parametrize(("back", "is_pause"), [(6, False), (7, True)])
def test_seven_days_without_a_dose_are_a_pause_with_the_prescribers_own_words(
    patient: Patient, patient_client: Client, back: int, is_pause: bool
) -> None:
    """H4: theirs if they gave any; never ours."""
    episode = factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    change_episode(episode, {"restart_words": "Ring me first."}, by=patient.user, now=clock.now())
    factories.write_day(patient, TODAY - back * DAY, dose_status="taken", dose_mg="3.00")
    assert ("Ring me first." in words_of(patient_client.get("/treatment/"))) is is_pause
    answer = patient_client.post("/treatment/pause/", {"reason": "The pharmacy was closed"})
    assert answer.status_code == 302
    assert Pause.objects.of(patient).exists() is is_pause
    if is_pause:
        assert "The pharmacy was closed" in words_of(patient_client.get("/treatment/"))
        assert patient_client.post("/treatment/pause/", {"reason": ""}).status_code == 422


def details(client: Client, **said: str) -> Any:
    return client.post("/treatment/details/", {**form_of(client.get("/treatment/details/"), FORM), **said})


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"form": "liquid", "mg_per_ml": ""}, "mg_per_ml", "type the strength from the label"),
        ({"form": "liquid", "mg_per_ml": "0"}, "mg_per_ml", "between 0.01 and 20"),
        ({"form": "liquid", "mg_per_ml": "-1"}, "mg_per_ml", "a number of mg in one ml"),
        ({"form": "liquid", "mg_per_ml": "1,500"}, "mg_per_ml", "a number of mg in one ml"),
        ({"form": "liquid", "mg_per_ml": "NaN"}, "mg_per_ml", "a number of mg in one ml"),
        ({"form": "liquid", "mg_per_ml": "2"}, "mg_per_ml", "Is that what the label says?"),
        ({"form": "capsules", "mg_per_ml": "1"}, "form", "belongs to a liquid"),
        ({"form": "liquid", "mg_per_ml": "1", "other_capsules": "1.5"}, "form", "belong to capsules"),
        ({"form": "capsules", "other_capsules": "1.5, x"}, "other_capsules", "a number of mg"),
        ({"form": "", "pharmacy": "By the church"}, "form", "What did it make?"),
        ({"review_on": "2027-02-29"}, "review_on", "There is no such day"),
        ({"review_on": "2036-02-01"}, "review_on", "three years away"),
        ({"starts_on": "2026-10-01"}, "starts_on", "Your diary for this begins"),
    ],
)
def test_details_that_can_not_be_are_refused_beside_their_field(
    patient: Patient, patient_client: Client, said: dict[str, str], field: str, words: str
) -> None:
    """H3: the strength is never assumed."""
    open_episode(patient, {"opened_on": TODAY}, by=patient.user, now=clock.now())
    before = stored_rows()
    page = details(patient_client, **{"form": "other", "pharmacy": "By the church", **said})
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    assert "By the church" in page.content.decode()
    assert stored_rows() == before


def test_a_strength_is_confirmed_when_it_changes_and_past_doses_keep_theirs(
    patient: Patient, patient_client: Client
) -> None:
    """H3, P37: the bottle of today says nothing of yesterday's dose."""
    episode = factories.give_plan(patient, (TODAY - 5 * DAY, "3.00"))
    assert details(patient_client, form="liquid", mg_per_ml="1").status_code == 302
    taken = TakenDose(Decimal("3.00"), "bedtime", Decimal("3.00"), Decimal("1.00"))
    factories.write_day(patient, TODAY, dose_status="taken", doses=(taken,))
    before = stored_rows("tracker_dose", "tracker_diaryentry")
    asked = details(patient_client, form="liquid", mg_per_ml="5")
    assert "It was 1 mg/ml. Is that what the label says?" in words_of(asked, "id_mg_per_ml_error")
    assert details(patient_client, form="liquid", mg_per_ml="5", strength_confirmed="1.00").status_code == 422
    assert details(patient_client, form="liquid", mg_per_ml="5", strength_confirmed="5.00").status_code == 302
    supply = Supply.objects.from_days(episode).last()
    assert supply is not None
    assert supply.mg_per_ml == Decimal("5.00")
    assert stored_rows("tracker_dose", "tracker_diaryentry") == before
    page = patient_client.get(f"/diary/{TODAY}/").content.decode()
    assert 'name="dose_strength" value="1.00"' in page


def test_everything_of_the_details_is_on_the_page_afterwards(patient: Patient, patient_client: Client) -> None:
    """P65."""
    open_episode(patient, {"opened_on": TODAY}, by=patient.user, now=clock.now())
    said = {
        "form": "capsules",
        "other_capsules": "0.75",
        "pharmacy": "By the church",
        "raise_words": "After two weeks",
        "stop_words": "If nothing by week 12",
        "restart_words": "Ring me",
        "review_on": "2027-02-20",
    }
    assert details(patient_client, **said, capsules="1.50").status_code == 302
    shown = form_of(patient_client.get("/treatment/details/"), FORM)
    assert {name: shown[name] for name in said} == said
    details(patient_client, **said, capsules="1.50")
    assert Supply.objects.of(patient).count() == Supply.history.filter(patient=patient).count() == 1
    assert read_sheet(patient).supply == ("capsules", (Decimal("0.75"), Decimal("1.50")), None)


def test_another_main_symptom_counts_from_today_and_keeps_the_first(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    patient_client.post("/treatment/main-symptom/", {"symptom": "pain"})
    patient_client.post("/treatment/main-symptom/", {"symptom": "fatigue"})
    named = MainSymptom.objects.of(patient).order_by("since").values_list("since", "symptom")
    assert list(named) == [(TODAY - 20 * DAY, "pain"), (TODAY, "fatigue")]
    factories.write_day(patient)
    assert "Fatigue, day by day" in words_of(patient_client.get("/progress/"))
    assert patient_client.post("/treatment/main-symptom/", {"symptom": "hair"}).status_code == 422


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"ended_on": "2026-11-25"}, "ended_on", "still to come"),
        ({"ended_on": "2026-01-01"}, "ended_on", "before the treatment began"),
        ({"ended_on": "2026-11-20"}, "ended_on", "A dose is recorded on Monday 23 November 2026"),
        ({"ended_on": ""}, "ended_on", "Which was the last day?"),
        ({"reason": ""}, "reason", "Please choose one"),
        ({"reason": "boredom"}, "reason", "Select a valid choice"),
    ],
)
def test_a_stop_that_can_not_be_is_refused(
    patient: Patient, patient_client: Client, said: dict[str, str], field: str, words: str
) -> None:
    """End before start, and a last day before a dose."""
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    factories.write_day(patient, TODAY - DAY, dose_status="taken", dose_mg="3.00")
    before = stored_rows()
    sent = {"ended_on": "2026-11-23", "reason": "cost", "note": "Too dear", **said}
    page = patient_client.post("/treatment/stop/", sent)
    assert page.status_code == 422
    assert words in words_of(page, f"id_{field}_error")
    assert "Too dear" in page.content.decode()
    assert stored_rows() == before


def test_a_stop_keeps_the_record_and_another_treatment_can_follow(patient: Patient, patient_client: Client) -> None:
    """Two weeks of diary after it, the picture shows it, and no two episodes share a day."""
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    factories.write_day(patient, TODAY - DAY, dose_status="taken", dose_mg="3.00")
    days = stored_rows("tracker_diaryentry", "tracker_dose", "tracker_plan", "tracker_planstep")
    sent = {"ended_on": "2026-11-24", "reason": "no_effect", "note": ""}
    assert patient_client.post("/treatment/stop/", sent).status_code == 302
    assert stored_rows(*days) == days
    words = " ".join(words_of(patient_client.get("/treatment/")).split())
    assert "Your last day with LDN was Tuesday 24 November 2026" in words
    assert "until Tuesday 8 December" in words
    assert patient_client.get("/treatment/stop/").status_code == 404
    assert begin(patient_client).status_code == 422  # it ended today
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/London")), tick=False):
        assert "Stopped on 24 Nov 2026" in words_of(patient_client.get("/progress/"))
        assert "Took 3.0 mg" not in words_of(patient_client.get("/diary/"))
        assert begin(patient_client).status_code == 302
        assert read_sheet(patient).first_dose is None
    assert Episode.objects.of(patient).count() == 2


@pytest.mark.parametrize(("opened", "ended"), [(-10, None), (-30, -20), (-25, -15), (-15, -12), (-20, -20), (-10, -10)])
def test_the_database_refuses_two_episodes_that_share_a_day(patient: Patient, opened: int, ended: int | None) -> None:
    """On both databases, whoever writes."""
    first = open_episode(patient, {"opened_on": TODAY - 20 * DAY}, by=patient.user, now=clock.now())
    stop_treatment(first, ended_on=TODAY - 10 * DAY, reason="cost", note="", by=patient.user, now=clock.now())
    said: dict[str, Any] = {"opened_on": TODAY + opened * DAY}
    if ended is not None:
        said |= {"ended_on": TODAY + ended * DAY, "stop_reason": "cost"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Episode.objects.create(patient=patient, **said)
    Episode.objects.create(patient=factories.PatientFactory(), **said)  # another patient's is another matter


def test_the_review_that_took_place_is_written_down_with_the_next(patient: Patient, patient_client: Client) -> None:
    episode = factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    assert patient_client.get("/treatment/reviewed/").headers["Location"] == "/treatment/"
    change_episode(episode, {"review_on": TODAY - DAY}, by=patient.user, now=clock.now())
    assert patient_client.post("/treatment/reviewed/", {"review_on": "2026-11-24"}).status_code == 422
    patient_client.post("/treatment/reviewed/", {"review_on": ""})
    episode.refresh_from_db()
    assert (episode.review_on, episode.reviewed_on) == (TODAY - DAY, TODAY)
    patient_client.post("/treatment/reviewed/", {"review_on": "2027-02-01"})
    episode.refresh_from_db()
    assert (episode.review_on, episode.reviewed_on) == (date(2027, 2, 1), None)


def test_the_card_says_what_a_dentist_has_to_know(patient: Patient, patient_client: Client) -> None:
    """H15: medicine, dose, last taken, prescriber, opioid painkillers."""
    factories.ActiveLinkFactory(patient=patient, clinician__name="Dr Finch")
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    factories.write_day(patient, TODAY - DAY, dose_status="taken", dose_mg="3.00")
    words = " ".join(words_of(patient_client.get("/treatment/card/")).split())
    for said in (patient.name, "14 March 1979", "3.0 mg at bedtime", "23 November 2026, 3.0 mg", "Dr Finch"):
        assert said in words
    assert "tell the ambulance or hospital staff that you take naltrexone" in words


def test_the_treatment_page_costs_the_same_whatever_was_written(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient, (TODAY - 20 * DAY, "3.00"))
    factories.write_day(patient)
    counts = []
    for days in (1, 25):
        for back in range(1, days):
            factories.write_day(patient, TODAY - back * DAY, dose_status="taken", dose_mg="3.00")
        patient_client.get("/treatment/")
        with CaptureQueriesContext(connection) as queries:
            patient_client.get("/treatment/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_a_day_written_on_the_wrong_date_moves_in_one_act(patient: Patient, patient_client: Client) -> None:
    """P70: doses and all, both days' old values kept; refused onto a day that has answers."""
    factories.write_day(patient, TODAY, dose_status="taken", dose_mg="3.00", note="Late.")
    path = f"/diary/{TODAY}/move/"
    page = patient_client.get(f"/diary/{TODAY}/").content.decode()
    assert "Move it to Monday 23 November" in page
    assert patient_client.post(path, {"version": "7"}).headers["Location"] == f"/diary/{TODAY}/"  # changed meanwhile
    assert patient_client.post(path, {"version": "1"}).headers["Location"] == f"/diary/{TODAY - DAY}/"
    (entry,) = DiaryEntry.objects.of(patient)
    assert (entry.diary_date, entry.version, entry.note) == (TODAY - DAY, 2, "Late.")
    assert [dose.diary_date for dose in Dose.objects.of(patient)] == [TODAY - DAY]
    kept = DiaryEntry.history.filter(patient=patient).order_by("history_id")
    assert [line.diary_date for line in kept] == [TODAY, TODAY - DAY]
    factories.write_day(patient, TODAY)
    assert "Written on the wrong day?" not in patient_client.get(f"/diary/{TODAY}/").content.decode()
    before = stored_rows()
    patient_client.post(path, {"version": "1"})
    assert stored_rows() == before
