"""The patient's settings: zone, end of the day, country, light or dark."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from ldnapp.people.models import Patient, User
from ldnapp.people.zones import named_zones
from tests import factories
from tests.pages import form_of, words_of
from tests.record import stored_rows
from tracker import clock
from tracker.forms.settings import SettingsForm

pytestmark = pytest.mark.django_db

FORM = "card-x"
PATH = "/settings/"


def send(client: Client, **changed: str) -> Any:
    """Open the settings, change these and send them."""
    return client.post(PATH, {**form_of(client.get(PATH), FORM), **changed})


def refused(client: Client, field: str, typed: str) -> str:
    """What is said beside a field in which this was typed; nothing is changed by it."""
    before = stored_rows("people_patient", "people_user")
    response = send(client, **{field: typed})
    assert response.status_code == 422
    assert stored_rows("people_patient", "people_user") == before
    return words_of(response, f"id_{field}_error")


def test_every_setting_that_was_saved_is_on_the_page_afterwards(patient: Patient, patient_client: Client) -> None:
    """P65: typed, stored and shown are the same."""
    chosen = {
        "time_zone": "Australia/Lord_Howe",
        "day_end": "00:00",
        "country": "IE",
        "theme": "dark",
    }
    response = send(patient_client, **chosen)
    assert (response.status_code, response.headers["Location"]) == (302, PATH)
    patient = Patient.objects.select_related("user").get()
    assert (patient.time_zone, patient.day_end, patient.user.theme) == ("Australia/Lord_Howe", time(0), "dark")
    assert patient.country == "IE"
    page = form_of(patient_client.get(PATH), FORM)
    assert {name: page[name] for name in chosen} == chosen


def test_settings_that_are_sent_as_they_are_change_nothing(patient: Patient, patient_client: Client) -> None:
    factories.give_plan(patient)
    before = stored_rows("people_patient", "people_user", *stored_rows())
    assert send(patient_client).status_code == 302
    assert stored_rows(*before) == before


def test_all_named_zones_are_offered_by_region_and_nothing_else() -> None:
    """P77: no offsets."""
    regions: Any = SettingsForm().fields["time_zone"].choices  # type: ignore[attr-defined]
    offered = [name for _, zones in regions for name, _ in zones]
    assert sorted(offered) == list(named_zones())
    assert not [name for name in offered if "GMT" in name or "Etc" in name or "/" not in name]


@pytest.mark.parametrize("typed", ["GMT+4", "Etc/GMT-4", "UTC", "EST", "+01:00", "Europe/Atlantis", "../etc/passwd"])
def test_a_zone_that_is_no_place_is_refused_with_the_reason(patient_client: Client, typed: str) -> None:
    """P77."""
    assert "named after a place" in refused(patient_client, "time_zone", typed)


@pytest.mark.parametrize(
    ("old", "present"), [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv"), ("GB", "Europe/London")]
)
def test_an_old_name_of_a_zone_becomes_todays(patient_client: Client, old: str, present: str) -> None:
    """P32: a browser or an import may still say it."""
    assert send(patient_client, time_zone=old).status_code == 302
    assert Patient.objects.get().time_zone == present


def test_a_day_ends_between_midnight_and_noon(patient_client: Client) -> None:
    """P69: at each whole hour; the page says what that means."""
    page = patient_client.get(PATH)
    assert "a dose at 00:20 on Wednesday counts as Tuesday" in words_of(page)
    for hour in range(13):
        fields = {**form_of(page, FORM), "day_end": f"{hour:02}:00"}
        assert patient_client.post(PATH, fields).status_code == 302
        assert Patient.objects.get().day_end == time(hour)


@pytest.mark.parametrize("typed", ["13:00", "23:00", "-01:00", "16", "24:00", "03:00:00.5", "noon"])
def test_another_end_of_the_day_is_refused(patient_client: Client, typed: str) -> None:
    """P69: "+16 h" reads as the wrong day."""
    assert refused(patient_client, "day_end", typed)


@pytest.mark.parametrize("typed", ["", "XX", "England", "gb"])
def test_a_country_that_is_none_is_refused(patient_client: Client, typed: str) -> None:
    assert refused(patient_client, "country", typed)


def test_settings_change_no_day_that_was_written(patient: Patient, patient_client: Client) -> None:
    """P31, P37: through the page, byte by byte."""
    factories.write_day(patient, dose_status="taken", dose_mg=Decimal("3.00"))
    before = stored_rows()
    send(patient_client, time_zone="Pacific/Pago_Pago", day_end="12:00", country="FR", theme="light")
    assert Patient.objects.get().time_zone == "Pacific/Pago_Pago"
    assert stored_rows() == before


def test_another_zone_moves_today_at_once(patient: Patient, patient_client: Client) -> None:
    """P20: the next page already has the new zone's date."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        send(patient_client, time_zone=zone, day_end="00:00")
        patient.refresh_from_db()
        today = clock.today(patient)
        assert f"{today:%A} {today.day}" in words_of(patient_client.get("/diary/"))


def test_settings_are_ones_own(patient: Patient, patient_client: Client) -> None:
    """P6, P12: nobody else's zone, country or theme is touched, whatever the form names."""
    other = factories.PatientFactory(time_zone="Asia/Tokyo")
    send(patient_client, theme="dark", country="FR", patient=str(other.pk), user=str(other.user_id))
    other.refresh_from_db()
    assert (other.time_zone, other.country) == ("Asia/Tokyo", "GB")
    assert set(User.objects.exclude(pk=patient.user_id).values_list("theme", flat=True)) == {""}
