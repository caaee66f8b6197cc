"""My data and leaving, as a patient with a phone meets them."""

import json
from pathlib import Path

from django.core import mail
from playwright.sync_api import Page, expect

from ldnapp.people.models import Patient
from tests import factories
from tests.factories import PASSWORD

from .conftest import Visit
from .signing_in import sign_in_with_mailed_code
from .tour import Tour

WORDS = "A private line of my own."


def show_that_it_is_me(page: Page) -> None:
    """The password once more, on the page that asks for it."""
    page.get_by_role("link", name="Go on: show that it is you").tap()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").tap()


def test_every_page_of_it_is_for_everyone(visit: Visit, patient: Patient) -> None:
    """My data, the download, the asking before and after the password, and the leaver's page."""
    tour = Tour(visit(patient.user))
    tour.open("/my-data/", "/my-data/download/", "/my-data/leave/")
    show_that_it_is_me(tour.page)
    tour.look("After 14 days")
    tour.open("/my-data/download/", "/my-data/leave/")
    tour.press("Delete my diary and account")
    tour.look("You are signed out")
    sign_in_with_mailed_code(tour.visitor, patient.user)
    tour.look("Your diary will be deleted")
    tour.press("Keep my diary")
    tour.look("Undone. Your diary stays.")
    tour.end()


def test_the_file_comes_and_the_page_stays(visit: Visit, patient: Patient, tmp_path: Path) -> None:
    """From More to a file that can be read, without a name in its own."""
    factories.write_day(patient, note=WORDS)
    page = visit(patient.user).open("/sharing/")
    page.get_by_role("link", name="My data").tap()
    page.get_by_role("link", name="Download everything").tap()
    show_that_it_is_me(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the file").tap()
    file = tmp_path / "file.json"
    started.value.save_as(file)
    assert json.loads(file.read_text())["record"]["diary"][0]["note"] == WORDS
    assert started.value.suggested_filename.startswith("ldn-tracker-2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Download everything")


def test_after_leaving_back_shows_nothing_and_the_mail_leads_back(visit: Visit, patient: Patient) -> None:
    """T18, P9: a shared phone; and the way to undo it, by the link in the mail."""
    factories.write_day(patient, note=WORDS)
    phone = visit(patient.user)
    page = phone.open("/diary/")
    expect(page.locator("[name=note]")).to_have_value(WORDS)
    page = phone.open("/my-data/leave/")
    assert page.evaluate("() => window.scrollY") == 0, "what it means is read first"
    show_that_it_is_me(page)
    page.get_by_role("button", name="Delete my diary and account").tap()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    for _ in range(4):
        page.go_back()
        assert WORDS not in page.content()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Delete your diary and account?")
    assert "/my-data/leaving/" in str(mail.outbox[-1].body)
    sign_in_with_mailed_code(phone, patient.user)
    phone.open("/my-data/leaving/")
    page.get_by_role("button", name="Keep my diary").tap()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    phone.open("/diary/")
    expect(page.locator("[name=note]")).to_have_value(WORDS)
