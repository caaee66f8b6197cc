"""The patient's settings: zone, end of the day, usual dose, light or dark."""

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
from tracker.models import UsualDose

pytestmark = pytest.mark.django_db

FORM = "card-x"
PATH = "/settings/"


def send(client: Client, **changed: str) -> Any:
    """Open the settings, change these and send them."""
    return client.post(PATH, {**form_of(client.get(PATH), FORM), **changed})


def refused(client: Client, field: str, typed: str) -> str:
    """What is said beside a field in which this was typed; nothing is changed by it."""
    before = stored_rows("people_patient", "people_user", "tracker_usualdose")
    response = send(client, **{field: typed})
    assert response.status_code == 422
    assert stored_rows("people_patient", "people_user", "tracker_usualdose") == before
    return words_of(response, f"id_{field}_error")


def test_every_setting_that_was_saved_is_on_the_page_afterwards(patient: Patient, patient_client: Client) -> None:
    """P65: typed, stored and shown are the same."""
    chosen = {
        "time_zone": "Australia/Lord_Howe",
        "day_end": "00:00",
        "usual_mg": "1,5",
        "usual_timing": "morning",
        "theme": "dark",
    }
    response = send(patient_client, **chosen)
    assert (response.status_code, response.headers["Location"]) == (302, PATH)
    patient = Patient.objects.select_related("user").get()
    assert (patient.time_zone, patient.day_end, patient.user.theme) == ("Australia/Lord_Howe", time(0), "dark")
    usual = UsualDose.objects.get()
    assert (usual.amount_mg, usual.timing) == (Decimal("1.50"), "morning")
    page = form_of(patient_client.get(PATH), FORM)
    assert {name: page[name] for name in chosen} == {**chosen, "usual_mg": "1.5"}


def test_settings_that_are_sent_as_they_are_change_nothing(patient: Patient, patient_client: Client) -> None:
    factories.UsualDoseFactory(patient=patient, amount_mg="6.00", timing="other")
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


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("4.5.5", "a number of mg"),
        ("45", "Is a decimal point missing?"),
        ("500 mcg", "in milligrams"),
        ("0", "took none"),
        ("4.51", "4.51 mg is more than 4.5 mg. Is that right?"),
        ("15", "15.0 mg is more than 4.5 mg. Is that right?"),
    ],
)
def test_a_usual_dose_that_looks_like_a_slip_is_not_kept(patient_client: Client, typed: str, message: str) -> None:
    """P35: refused or asked about, beside its field."""
    assert message in refused(patient_client, "usual_mg", typed)


def test_a_usual_dose_of_4_5_is_kept_at_once_and_a_higher_one_after_a_yes(patient_client: Client) -> None:
    """P35: the tick appears with the question."""
    assert send(patient_client, usual_mg="4.5").status_code == 302
    asked = form_of(send(patient_client, usual_mg="6"), FORM)
    assert "usual_confirmed" not in asked
    assert patient_client.post(PATH, {**asked, "usual_confirmed": "6.00"}).status_code == 302
    assert UsualDose.objects.get().amount_mg == Decimal("6.00")


def test_a_yes_to_one_usual_dose_is_no_yes_to_another(patient_client: Client) -> None:
    """P35: as on the diary page."""
    response = send(patient_client, usual_mg="12", usual_confirmed="6.00")
    assert "12.0 mg is more than 4.5 mg" in words_of(response, "id_usual_mg_error")


def test_an_empty_usual_dose_takes_the_offer_away(patient: Patient, patient_client: Client) -> None:
    factories.UsualDoseFactory(patient=patient)
    factories.write_day(patient, dose_status="taken", dose_mg=Decimal("3.00"), dose_timing="bedtime")
    send(patient_client, usual_mg="")
    assert not UsualDose.objects.exists()
    assert "Your usual dose" not in words_of(patient_client.get("/diary/"))


def test_settings_change_no_day_that_was_written(patient: Patient, patient_client: Client) -> None:
    """P31, P37: through the page, byte by byte."""
    factories.write_day(patient, dose_status="taken", dose_mg=Decimal("3.00"))
    days = [table for table in stored_rows() if "usual" not in table]
    before = stored_rows(*days)
    send(patient_client, time_zone="Pacific/Pago_Pago", day_end="12:00", usual_mg="4.5", theme="light")
    assert Patient.objects.get().time_zone == "Pacific/Pago_Pago"
    assert stored_rows(*days) == before


def test_another_zone_moves_today_at_once(patient: Patient, patient_client: Client) -> None:
    """P20: the next page already has the new zone's date."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        send(patient_client, time_zone=zone, day_end="00:00")
        patient.refresh_from_db()
        today = clock.today(patient)
        assert f"{today:%A} {today.day}" in words_of(patient_client.get("/diary/"))


def test_settings_are_ones_own(patient: Patient, patient_client: Client) -> None:
    """P6, P12: nobody else's zone, theme or dose is touched, whatever the form names."""
    other = factories.UsualDoseFactory(patient__time_zone="Asia/Tokyo").patient
    send(patient_client, theme="dark", usual_mg="", patient=str(other.pk), user=str(other.user_id))
    other.refresh_from_db()
    assert (other.time_zone, UsualDose.objects.of(other).count()) == ("Asia/Tokyo", 1)
    assert set(User.objects.exclude(pk=patient.user_id).values_list("theme", flat=True)) == {""}
