"""A phone or a desk that others use too: what is left of a person after they signed out."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, Response, expect

from ldnapp.people.models import Patient
from tests import factories

from .conftest import DESKTOP, Visit, radio
from .signing_in import sign_in_with_mailed_code

WORDS = "A private line of my own."
LEFT = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, caches: await caches.keys(),
  databases: await indexedDB.databases(), workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": {}, "session": {}, "caches": [], "databases": [], "workers": 0}
FROM_BACK = "() => window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


@pytest.fixture
def patient(patient: Patient) -> Patient:
    """A patient with a note in today's diary."""
    factories.write_day(patient, note=WORDS)
    return patient


def sign_out(page: Page) -> None:
    """The way that a patient finds."""
    page.get_by_role("link", name="More").tap()
    page.get_by_role("button", name="Sign out").tap()
    expect(page).not_to_have_url(re.compile("sharing"))


def asks_who_is_there(page: Page) -> None:
    """The sign-in page, and nothing of the diary."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert WORDS not in page.content()


def test_back_after_signing_out_asks_who_is_there(visit: Visit, patient: Patient) -> None:
    """P9: wherever Back leads, the diary is not there."""
    phone = visit()
    sign_in_with_mailed_code(phone, patient.user)
    expect(phone.page.locator("[name=note]")).to_have_value(WORDS)
    sign_out(phone.page)
    for _ in range(2):  # over "More" to the diary
        phone.page.go_back()
        asks_who_is_there(phone.page)


def test_a_page_out_of_the_browsers_memory_is_asked_for_again(visit: Visit, patient: Patient) -> None:
    """T18: a browser that keeps whole pages for Back shows none that has had its day."""
    phone = visit(patient.user)
    page = phone.open("/diary/")
    phone.context.clear_cookies()
    page.evaluate(FROM_BACK)
    asks_who_is_there(page)


def test_a_desk_shows_no_name_after_signing_out(visit: Visit, patient: Patient) -> None:
    """P9, on the prescriber's side."""
    link = factories.ActiveLinkFactory(patient=patient)
    factories.give_second_factor(link.clinician.user)
    page = visit(link.clinician.user, DESKTOP).open("/clinic/")
    page.get_by_role("link", name=patient.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(patient.name)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("2fa"))
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert patient.name not in page.content()


def test_nothing_is_left_in_the_browser(visit: Visit, patient: Patient) -> None:
    """P9, T18: no draft, no cache, no database, no worker."""
    page = visit(patient.user).open("/diary/")
    page.get_by_role("button", name=re.compile("^Pain")).tap()
    radio(page, "Pain", 9).tap()
    page.wait_for_function("() => Object.keys(localStorage).length")
    sign_out(page)
    assert json.loads(page.evaluate(LEFT)) == NOTHING


def test_no_cookie_holds_words(visit: Visit, patient: Patient) -> None:
    """T17: what the next page says once ("Ended at 20:27. Dr Finch …") waits in the session, not in a cookie."""
    link = factories.ActiveLinkFactory(patient=patient)
    phone = visit(patient.user)
    answers: list[Response] = []
    phone.page.on("response", lambda answer: answers.append(answer))
    page = phone.open("/sharing/end/")
    page.get_by_role("button", name="Stop sharing").tap()
    expect(page.get_by_role("status")).to_contain_text(re.compile(rf"Ended at \d\d:\d\d\. {link.clinician.name}"))
    sign_out(page)
    given = [cookie for answer in answers for cookie in answer.header_values("Set-Cookie")]
    allowed = "|".join((settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME))
    assert given
    for cookie in given:
        assert re.match(rf'({allowed})=(\w+|"");', cookie)
        assert '=""' in cookie or ("HttpOnly" in cookie and "SameSite=Lax" in cookie)
