"""What the prescriber sees of what is flagged: first in the list, in words, and the mark "I have looked at these"."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from ldnapp.access.models import AccessEvent, CareLink, FlagReview
from ldnapp.people.models import Clinician, Patient
from tests import factories
from tests.conftest import Cast
from tests.pages import words_of
from tests.record import stored_rows
from tracker import clock
from tracker.declaring import save_medicine
from tracker.models import Flag, Medicine
from tracker.planning import stop_treatment

pytestmark = pytest.mark.django_db

LOW = (None, None, None, None, 10)
DAY = timedelta(days=1)


@pytest.fixture
def clinician(patient: Patient, clinician_client: Client) -> Clinician:
    """The prescriber who is signed in in clinician_client."""
    return CareLink.objects.active().get(patient=patient).clinician


def opioid(patient: Patient) -> None:
    """Codeine, taken now, by someone on LDN."""
    factories.give_plan(patient)
    today = clock.today(patient)
    said = {"opioid": "codeine", "opioid_level": "urgent", "opioid_answer": "now", "answered_on": today}
    save_medicine(
        Medicine(patient=patient, name="Codis", use="regular", added_on=today, **said), by=patient.user, now=clock.now()
    )


def names(client: Client, **asked: str) -> list[str]:
    rows = client.get("/clinic/", asked).context["rows"]
    return [row.patient.name for row in rows]


def test_who_needs_a_look_stands_first_and_an_opioid_before_all(
    patient: Patient, clinician: Clinician, clinician_client: Client
) -> None:
    """With the reason in words and its date; the rest by name."""
    soon, urgent, quiet = (
        factories.ActiveLinkFactory(clinician=clinician, patient__name=name).patient
        for name in ("Bay", "Cedar", "Alder")
    )
    factories.write_day(soon, scores=LOW)
    for back in range(3):
        factories.write_day(urgent, clock.today(urgent) - back * DAY, scores=LOW)
    factories.write_day(quiet)
    opioid(patient)
    assert names(clinician_client) == ["Ash Test", "Cedar", "Bay", "Alder"]
    words = " ".join(words_of(clinician_client.get("/clinic/")).split())
    assert "Urgent: Opioid recorded: Codis (codeine)" in words
    assert "Mood at 9–10 on 3 of the last 3 answered days" in words
    assert "depress" not in words


def test_the_order_holds_across_pages(clinician: Clinician, clinician_client: Client, patient: Patient) -> None:
    """P59: the one who is flagged is on the first of them, whatever the name."""
    for number in range(55):
        factories.ActiveLinkFactory(clinician=clinician, patient__name=f"Alder {number:02}")
    last = factories.ActiveLinkFactory(clinician=clinician, patient__name="Zelkova").patient
    factories.write_day(last, scores=LOW)
    assert names(clinician_client)[0] == "Zelkova"
    assert "Zelkova" not in names(clinician_client, page="2")
    looked = set(AccessEvent.objects.values_list("subject", flat=True))
    assert len(looked) == 57  # of each page those that it shows, and no one else


def test_a_look_is_marked_by_a_tap_and_not_by_opening(
    patient: Patient, clinician: Clinician, clinician_client: Client
) -> None:
    """DESIGN.md §7: and what is written after it is new again."""
    course, mark = f"/clinic/patients/{patient.pk}/", f"/clinic/patients/{patient.pk}/reviewed/"
    other = factories.ActiveLinkFactory(clinician=clinician, patient__name="Alder").patient
    factories.write_day(patient, scores=LOW)
    assert "new" in words_of(clinician_client.get(course))
    clinician_client.get(course)
    assert names(clinician_client) == ["Ash Test", "Alder"]
    before = stored_rows()
    assert clinician_client.post(mark).headers["Location"] == course
    assert stored_rows() == before  # of the record nothing is written
    assert FlagReview.objects.get().clinician == clinician
    assert "looked at" in words_of(clinician_client.get(course))
    assert names(clinician_client) == ["Alder", "Ash Test"]
    assert "looked at" in words_of(clinician_client.get("/clinic/"))
    with time_machine.travel(clock.now() + DAY, tick=False):
        factories.write_day(patient, scores=LOW)
    assert names(clinician_client) == ["Ash Test", "Alder"]
    assert other.name == "Alder"


def test_without_a_flag_the_strip_is_gone(patient: Patient, clinician_client: Client) -> None:
    factories.write_day(patient)
    page = clinician_client.get(f"/clinic/patients/{patient.pk}/")
    assert "Flagged" not in words_of(page)


@pytest.mark.parametrize(
    "who", ["anonymous", "patient", "other_patient", "invited", "unlinked", "formerly_linked", "admin"]
)
def test_nobody_but_the_prescriber_marks_a_look(cast: Cast, who: str) -> None:
    """P6: by the address alone."""
    client = Client()
    cast.sign_in(client, who)
    answer = client.post(f"/clinic/patients/{cast.patient.pk}/reviewed/")
    assert answer.status_code == (302 if who == "anonymous" else 404)
    assert not FlagReview.objects.exists()


def test_the_patients_own_pages_help_and_say_nothing_of_a_watch(patient: Patient, patient_client: Client) -> None:
    """H4, H5, P64: at once, kind, with numbers; no "we have told", no red, nothing in the title."""
    today = clock.today(patient)
    factories.write_day(patient, scores=LOW)
    page = patient_client.get(f"/diary/{today}/")
    words = " ".join(words_of(page).split())
    assert "Thank you for writing today" in words
    assert "116 123" in words
    assert "Saving this does not send a message to anyone" in words
    assert words.index("116 123") < words.index("Saved at")
    assert "<title>Today" in page.content.decode()
    assert "have told" not in words
    factories.write_day(patient, today - DAY, scores=(3, 3, 3, 3, 3))
    assert "116 123" not in words_of(patient_client.get(f"/diary/{today - DAY}/"), "main")


def test_the_panel_stays_for_days_of_it_and_has_the_numbers_of_ones_own_country(
    patient: Patient, patient_client: Client
) -> None:
    Patient.objects.filter(pk=patient.pk).update(country="AU")
    today = clock.today(patient)
    for back in range(1, 4):
        factories.write_day(patient, today - back * DAY, scores=LOW)
    assert "13 11 14" in words_of(patient_client.get("/diary/"), "main")
    for back, mood in ((0, 7),):
        factories.write_day(patient, today - back * DAY, scores=(3, 3, 3, 3, mood))
    assert Flag.objects.of(patient).open().filter(rule="F10").exists()


def test_the_head_of_a_course_says_where_the_treatment_is(patient: Patient, clinician_client: Client) -> None:
    """Never "not yet" for someone who has stopped, or who took it before the diary."""
    path = f"/clinic/patients/{patient.pk}/"
    assert "On LDN not yet" in " ".join(words_of(clinician_client.get(path)).split())
    today = clock.today(patient)
    episode = factories.give_plan(patient, (today - 20 * DAY, "3.00"))
    factories.write_day(patient, today - 14 * DAY, dose_status="taken", dose_mg="3.00")
    assert "On LDN week 3" in " ".join(words_of(clinician_client.get(path)).split())
    stop_treatment(episode, ended_on=today - DAY, reason="cost", note="", by=patient.user, now=clock.now())
    assert "On LDN stopped" in " ".join(words_of(clinician_client.get(path)).split())
