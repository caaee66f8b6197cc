"""From a prescriber's "Send the invitation" to their new patient in the caseload, through both mails."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils.html import strip_tags
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from ldnapp.access import consent
from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician
from tests import factories

from .conftest import DESKTOP, PHONE, Visit
from .signing_in import mailed_code
from .tour import Tour

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_counters")]
THEIRS = "ash@example.org"


@pytest.fixture
def clinician(transactional_db: None) -> Clinician:
    made: Clinician = factories.ClinicianFactory(name="Dr Finch")
    factories.give_second_factor(made.user)
    return made


def mailed_link() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"https?://\S+/invited/\S+/", str(mail.outbox[-1].body))
    assert found is not None
    return urlsplit(found.group()).path


@pytest.mark.parametrize("with_script", [True, False])
def test_an_invited_person_makes_an_account_and_says_yes(visit: Visit, clinician: Clinician, with_script: bool) -> None:
    """P66, T8: each step by a person's own hand, on a phone, in the time zone of the phone."""
    desk = visit(clinician.user, DESKTOP)
    desk.open("/clinic/").get_by_role("link", name="Invitations").click()
    desk.page.get_by_label("E-mail address").fill(THEIRS)
    desk.page.get_by_role("button", name="Send the invitation").click()
    expect(desk.page.get_by_role("status")).to_contain_text("Sent")
    expect(desk.page.get_by_text("Pending")).to_be_visible()

    phone = visit(None, PHONE, java_script_enabled=with_script, timezone_id="America/New_York")
    page = phone.open(mailed_link())
    page.get_by_role("button", name="Open the invitation").tap()
    page.get_by_role("link", name="make an account").tap()
    page.get_by_label("E-mail address").fill(THEIRS)
    page.get_by_label("Password", exact=True).fill("a long walk by the sea")
    page.get_by_label("Your name").fill("Ash Invited")
    page.get_by_label("Date of birth").fill("1979-03-14")
    page.get_by_role("button", name="Make my account").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    assert [message.to for message in mail.outbox] == [[THEIRS], [THEIRS]]
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Go on").tap()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Dr Finch")
    for _, lines in consent.sections("Dr Finch"):
        for line in lines:
            expect(page.locator("main")).to_contain_text(strip_tags(line))
    assert not CareLink.objects.active().exists()
    page.locator(".choices .btn-primary").tap()
    expect(page.get_by_role("status").last).to_contain_text("Dr Finch can now see your diary")
    zone = CareLink.objects.active().get().patient.time_zone
    assert zone == ("America/New_York" if with_script else "Europe/London")
    page.get_by_role("link", name="Today").tap()
    expect(page).to_have_url(re.compile(r"/diary/$"))

    desk.open("/clinic/invitations/")
    expect(desk.page.get_by_text("Accepted", exact=True)).to_be_visible()
    desk.open("/clinic/").get_by_role("link", name="Ash Invited").click()
    expect(desk.page.get_by_text("Ash Invited").first).to_be_visible()
    assert not phone.complaints + desk.complaints


def test_the_pages_of_an_invited_person_have_no_fault(visit: Visit) -> None:
    """Link, code, welcome, signing up and its errors, and the page for what can't be used."""
    factories.InvitationFactory(email=THEIRS, token="a-token")
    tour = Tour(visit())
    tour.open("/invited/", "/invited/a-token/")
    tour.press("Open the invitation")
    tour.look("Do you have an account here?")
    tour.open("/accounts/signup/")
    tour.press("Make my account")
    tour.look("Not done yet.")
    tour.open("/invited/no-token/")
    tour.press("Open the invitation")
    tour.look("can’t be used here")
    tour.open("/invited/")
    tour.page.get_by_label("Code").fill("CDF GHJ")
    tour.press("Open the invitation")
    tour.look("This code can’t be used.")
    tour.end()


def test_the_open_home_and_the_prescribers_list_have_no_fault(
    visit: Visit, clinician: Clinician, settings: Settings
) -> None:
    settings.OPEN_SIGNUP = True
    home = Tour(visit())
    home.open("/", "/accounts/signup/")
    home.end()
    tour = Tour(visit(clinician.user), is_for_thumbs=False)
    tour.open("/clinic/invitations/")
    long = f"somebody.with.a.long.name.{'x' * 40}@surgery.example.org"
    factories.InvitationFactory.create_batch(26, clinician=clinician)
    factories.InvitationFactory(clinician=clinician, email=long)
    tour.open("/clinic/invitations/")
    tour.page.get_by_label("E-mail address").fill(long)
    tour.press("Send the invitation")
    tour.look("You have invited this address already.")
    tour.end()
