"""The prescriber's list: own patients and nobody else's, with what was really answered."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinician.caseload import Row, ago, caseload_rows
from ldnapp.access.models import AccessEvent, CareLink
from ldnapp.people.models import Clinician, Patient
from tests import factories
from tests.crowd import fill_diary, make_crowd
from tests.pages import part_of, words_of
from tracker import clock
from tracker.progress import Mean
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS

pytestmark = pytest.mark.django_db

PATH = "/clinic/"
DAY = timedelta(days=1)
TAKEN: dict[str, Any] = {"dose_status": "taken", "dose_mg": Decimal("3.00"), "dose_timing": "bedtime"}


@pytest.fixture
def clinician(patient: Patient, clinician_client: Client) -> Clinician:
    """The prescriber who is signed in in clinician_client."""
    return CareLink.objects.active().get(patient=patient).clinician


def rows_of(client: Client, **asked: str) -> list[list[str]]:
    """The rows of the list as text: name, week, dose, last entry, a cell a symptom, the line's; no reasons."""
    rows = part_of(client.get(PATH, asked), "main").rows[1:]
    return [[" ".join(cell.split()) for cell in (row[0], *row[2:])] for row in rows]


def names_on(client: Client, **asked: str) -> list[str]:
    return [row[0] for row in rows_of(client, **asked)]


def line_of(patient: Patient) -> Row:
    (row,) = caseload_rows([patient], patient.user)
    return row


def means_of(patient: Patient) -> Mapping[str, Mean | None]:
    return {symptom.key: mean for symptom, mean in line_of(patient).means}


def test_only_ones_own_patients_are_listed(clinician: Clinician, clinician_client: Client) -> None:
    """P1, P5: neither proposed nor ended links, nor other prescribers' patients."""
    for factory, owner, name in (
        (factories.ActiveLinkFactory, clinician, "Hazel Own"),
        (factories.CareLinkFactory, clinician, "Rowan Proposed"),
        (factories.EndedLinkFactory, clinician, "Linnet Ended"),
        (factories.ActiveLinkFactory, factories.ClinicianFactory(), "Wren Elsewhere"),
    ):
        factory(clinician=owner, patient__name=name)
    assert names_on(clinician_client) == ["Ash Test", "Hazel Own"]
    assert "2 patients" in words_of(clinician_client.get(PATH))


def test_a_prescriber_without_patients_sees_an_empty_list(patient: Patient) -> None:
    """P59: and what to do, not somebody else's patients."""
    alone = factories.ClinicianFactory()
    factories.give_second_factor(alone.user)
    client = Client()
    client.force_login(alone.user)
    assert rows_of(client) == []
    page = client.get(PATH)
    assert "No patients linked yet" in words_of(page)
    assert '<a class="btn btn-primary" href="/clinic/invitations/">Invite a patient</a>' in page.content.decode()


def test_a_row_says_week_dose_last_entry_and_means(patient: Patient, clinician_client: Client) -> None:
    """P41: the numbers of the patient's own page."""
    today = clock.today(patient)
    for back in range(1, 15):
        factories.write_day(patient, today - back * DAY, scores=(back % 2, 7, None, 0, 10), **TAKEN)
    (row,) = rows_of(clinician_client)
    assert row[:4] == ["Ash Test", "3", "3.0 mg", "yesterday"]
    assert row[4:9] == ["0.5 13 days", "7.0 13 days", "", "0.0 13 days", "10.0 13 days"]


@pytest.mark.parametrize(("answered", "mean"), [(6, None), (7, Mean(6.0, 7)), (14, Mean(6.0, 14)), (15, Mean(6.0, 14))])
def test_a_mean_is_of_the_last_fortnight_and_needs_seven_days(
    patient: Patient, answered: int, mean: Mean | None
) -> None:
    """P40: blank under seven; both sides of each boundary."""
    factories.write_days(patient, answered, scores=(6, None, None, None, None))
    assert means_of(patient) == {**dict.fromkeys(SYMPTOM_KEYS), "pain": mean}


def test_a_day_without_an_amount_does_not_hide_the_dose_before_it(patient: Patient) -> None:
    """P73; P36: two places where needed."""
    today = clock.today(patient)
    factories.write_day(patient, today - 2 * DAY, dose_status="taken", dose_mg=Decimal("0.75"))
    factories.write_day(patient, today - DAY, dose_status="taken")
    factories.write_day(patient, today, dose_status="skipped")
    assert line_of(patient).dose == "0.75 mg"


def test_one_different_day_is_not_the_dose_that_someone_is_on(patient: Patient) -> None:
    """The same dose as on the course page: the one of the present phase."""
    today = clock.today(patient)
    for back in range(1, 6):
        factories.write_day(patient, today - back * DAY, dose_status="taken", dose_mg=Decimal("4.50"))
    factories.write_day(patient, today, dose_status="taken", dose_mg=Decimal("1.00"))
    assert line_of(patient).dose == "4.5 mg"


@pytest.mark.parametrize(("days_ago", "dose"), [(6, "4.5 mg"), (7, ""), (200, "")])
def test_who_took_nothing_for_a_week_is_on_no_dose(patient: Patient, days_ago: int, dose: str) -> None:
    """An old dose never passes for the present one; both sides of the pause of seven days."""
    factories.write_day(patient, clock.today(patient) - days_ago * DAY, dose_status="taken", dose_mg=Decimal("4.50"))
    assert line_of(patient).dose == dose


@pytest.mark.parametrize(("back", "week"), [(0, 1), (6, 1), (7, 2), (83, 12), (84, 13)])
def test_weeks_are_counted_from_the_first_dose(patient: Patient, back: int, week: int) -> None:
    """P34: by calendar dates."""
    factories.write_day(patient, clock.today(patient) - back * DAY, **TAKEN)
    assert line_of(patient).week == week


def test_who_takes_nothing_yet_has_no_week_and_no_dose(patient: Patient) -> None:
    factories.write_day(patient, dose_status="skipped")
    row = line_of(patient)
    assert (row.week, row.dose, row.last_entry) == (None, "", "today")


@pytest.mark.parametrize(
    ("day", "words"),
    [(None, ""), (date(2026, 3, 3), "today"), (date(2026, 3, 2), "yesterday"), (date(2026, 3, 1), "1 Mar 2026")],
)
def test_the_last_entry_is_said_in_words_or_by_its_date(day: date | None, words: str) -> None:
    assert ago(day, date(2026, 3, 3)) == words


@pytest.mark.parametrize(("zone", "last"), [("Pacific/Kiritimati", "yesterday"), ("Pacific/Pago_Pago", "today")])
def test_each_window_ends_at_the_patients_own_today(patient: Patient, zone: str, last: str) -> None:
    """P76: 3 March is yesterday in Kiritimati and today in Pago Pago at the same moment."""
    patient.time_zone = zone
    patient.save()
    with time_machine.travel(datetime(2026, 3, 3, 23, 30, tzinfo=UTC), tick=False):
        factories.write_day(patient, date(2026, 3, 3))
        assert line_of(patient).last_entry == last


def test_the_line_is_of_pain_over_twelve_weeks(patient: Patient) -> None:
    factories.write_days(patient, 10, scores=(6, 1, 1, 1, 1))
    today = clock.today(patient)
    first = today - 83 * DAY
    words = line_of(patient).sparkline.words
    assert words.startswith(f"mean of 7 days, {first.day} ")
    assert words.endswith("between 6.0 and 6.0")


def test_two_patients_rows_never_mix(patient: Patient, clinician: Clinician, clinician_client: Client) -> None:
    """P10: each row has its own numbers and leads to its own patient."""
    other = factories.ActiveLinkFactory(clinician=clinician, patient__name="Hazel Other").patient
    factories.write_days(patient, 7, scores=(1, 1, 1, 1, 1))
    factories.write_days(other, 8, scores=(9, 9, 9, 9, 9))
    first, second = rows_of(clinician_client)  # the one with a flag stands first
    assert [first[4:9], second[4:9]] == [["9.0 8 days"] * 5, ["1.0 7 days"] * 5]
    page = clinician_client.get(PATH).content.decode()
    assert page.index(str(other.pk)) < page.index("Ash Test") < page.index("1.0 <small>7 days")
    assert page.count(f"/clinic/patients/{other.pk}/") == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "No name given"), ("N" * 200, "N" * 200), ("\u200fנועה כהן", "נועה כהן"), ("<i>Ash</i>", "<i>Ash</i>")],
)
def test_any_name_has_its_row(
    patient: Patient, clinician: Clinician, clinician_client: Client, name: str, shown: str
) -> None:
    """P82: one odd name stops neither its own row nor the others'."""
    factories.ActiveLinkFactory(clinician=clinician, patient__name="Hazel Own")
    Patient.objects.filter(pk=patient.pk).update(name=name)
    names = names_on(clinician_client)
    assert len(names) == 2
    assert any(shown in found for found in names)
    assert b"<i>Ash" not in clinician_client.get(PATH).content


def test_fifty_a_page_and_the_total_is_said(clinician: Clinician, clinician_client: Client) -> None:
    """P59: no cap hides anybody: every patient is on one page, once."""
    make_crowd(119, clinician=clinician, days=0)
    pages = [names_on(clinician_client, page=str(number)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({name for page in pages for name in page}) == 120
    assert "120 patients" in words_of(clinician_client.get(PATH))
    assert "51 to 100 of 120" in words_of(clinician_client.get(PATH, {"page": "2"}))


@pytest.mark.parametrize(("asked", "names"), [("0", 10), ("99", 10), ("-1", 10), ("x", 50), ("1.5", 50), ("", 50)])
def test_a_page_that_is_none_is_answered_with_one_that_is(
    clinician: Clinician, clinician_client: Client, asked: str, names: int
) -> None:
    make_crowd(59, clinician=clinician, days=0)
    assert len(names_on(clinician_client, page=asked)) == names


def test_one_event_for_each_patient_shown_and_for_nobody_else(clinician: Clinician, clinician_client: Client) -> None:
    """P19: in one INSERT; a HEAD is no look."""
    make_crowd(59, clinician=clinician, days=0)
    clinician_client.head(PATH)
    with CaptureQueriesContext(connection) as queries:
        clinician_client.get(PATH, {"page": "2"})
    assert AccessEvent.objects.filter(actor=clinician.user.event_id, page="caseload").count() == 10
    assert sum(query["sql"].startswith("INSERT") for query in queries) == 1


def test_the_page_is_the_same_among_500_others(
    patient: Patient, clinician: Clinician, clinician_client: Client
) -> None:
    """P83: other prescribers' patients change neither a byte nor a query."""
    fill_diary(patient, days=20)
    clinician_client.get(PATH)
    seen = []
    for count in (0, 500):
        make_crowd(count, clinician=factories.ClinicianFactory())
        with CaptureQueriesContext(connection) as queries:
            seen.append((clinician_client.get(PATH).content, len(queries)))
    assert seen[0] == seen[1]


def test_every_symptom_has_a_column(clinician_client: Client) -> None:
    """P86: with its name in words, in the model's order."""
    head = part_of(clinician_client.get(PATH), "main").rows[0]
    assert [cell.strip() for cell in head[5:-1]] == [symptom.label for symptom in SYMPTOMS]
