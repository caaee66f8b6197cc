"""The one loop that everything hangs on: a day in the patient's diary reaches the prescriber's chart."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import expect

from ldnapp.people.accounts import create_clinician, create_patient
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE, Visit, radio
from tests.browser.signing_in import sign_in_with_app, sign_in_with_mailed_code
from tracker import clock
from tracker.models import DiaryEntry
from tracker.symptoms import SYMPTOMS

ACCOUNT = {"password": factories.PASSWORD}


@pytest.mark.django_db(transaction=True)
def test_a_day_in_the_diary_reaches_the_prescribers_chart(visit: Visit) -> None:
    """Real sign-ins, second factors included; then another prescriber finds nothing there."""
    patient = create_patient("ash@example.org", name="Ash Loop", date_of_birth=factories.BORN, account=ACCOUNT)
    prescriber = create_clinician("finch@example.org", "Dr Finch", account=ACCOUNT)
    factories.ActiveLinkFactory(patient=patient, clinician=prescriber)
    factories.give_plan(patient)
    secrets: dict[Any, str] = {}
    other = create_clinician("wren@example.org", "Dr Wren", account=ACCOUNT)
    for clinician in (prescriber, other):
        secrets[clinician] = totp.generate_totp_secret()
        totp.TOTP.activate(clinician.user, secrets[clinician])

    phone = visit(None, PHONE)
    sign_in_with_mailed_code(phone, patient.user)
    expect(phone.page).to_have_url(re.compile(r"/diary/$"))
    for name, score in {"Pain": 6, "Fatigue": 7, "Brain fog": 5, "Sleep": 0, "Mood": 4}.items():
        radio(phone.page, name, score).tap()
    phone.page.get_by_role("radio", name="Took 3.0 mg").tap()
    phone.page.get_by_role("button", name="Save").tap()
    expect(phone.page.get_by_role("status").first).to_contain_text("Saved")
    entry = DiaryEntry.objects.get(patient=patient)
    assert [entry.score(symptom) for symptom in SYMPTOMS] == [6, 7, 5, 0, 4]

    desk = visit(None, DESKTOP)
    sign_in_with_app(desk, prescriber.user, secrets[prescriber])
    desk.page.get_by_role("link", name="Ash Loop").click()
    row = desk.page.locator("#course-table tbody tr").first
    expect(row.locator("time")).to_have_attribute("datetime", clock.today(patient).isoformat())
    assert row.locator("td").all_inner_texts()[:6] == ["6", "7", "5", "0", "4", "3.0 mg"]

    stranger = visit(None, DESKTOP)
    sign_in_with_app(stranger, other.user, secrets[other])
    expect(stranger.page).to_have_url(re.compile(r"/clinic/$"))
    answer = stranger.page.goto(f"{stranger.base}/clinic/patients/{patient.pk}/")
    assert answer is not None
    assert answer.status == 404
    assert "Ash" not in stranger.page.content()
