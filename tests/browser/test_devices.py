"""Where I am signed in, and a device that others use: in a real browser, by password and by passkey."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from ldnapp.people.models import Event, EventKind, Patient, User
from tests import factories

from .conftest import DESKTOP, Visit, Visitor
from .signing_in import mailed_code, sign_in_with_mailed_code, type_code, type_password
from .tour import Tour

SESSIONS = "/accounts/sessions/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
UNTIL_THE_END = -1  # how a browser tells of a cookie that it forgets when it closes


def cookie_expires(visitor: Visitor) -> float:
    """When this browser will forget the session."""
    cookies = {cookie["name"]: cookie for cookie in visitor.context.cookies()}
    return cookies[settings.SESSION_COOKIE_NAME]["expires"]


def add_passkey(visitor: Visitor, user: User) -> None:
    """A key of the browser's own, made by its owner on the pages of the account."""

    cdp = visitor.context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in_with_mailed_code(visitor, user)
    page = visitor.open("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("checkbox").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Add").click()
    sign_out(page)


def sign_out(page: Page) -> None:
    """From wherever one is."""
    page.goto(page.url.split("/accounts")[0] + "/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


@pytest.mark.parametrize("shared", [True, False])
def test_a_passkey_alone_signs_in_and_the_tick_holds_for_it(visit: Visit, patient: Patient, shared: bool) -> None:
    """D5: no password, no mailed code. A phone's passkey may open a library's computer."""
    visitor = visit()
    add_passkey(visitor, patient.user)
    page = visitor.open("/accounts/login/")
    if shared:
        page.get_by_role("checkbox", name="This is a shared device").check()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(visitor.base + "/diary/")
    assert (cookie_expires(visitor) == UNTIL_THE_END) is shared
    assert Event.objects.filter(kind=EventKind.SIGNED_IN).latest("pk").detail == "passkey"
    assert not visitor.complaints


def test_an_account_with_a_passkey_alone_is_asked_for_it_first(visit: Visit, patient: Patient) -> None:
    """After a password, and when asked again; a recovery code is the other way, and no app is spoken of."""
    visitor = visit()
    add_passkey(visitor, patient.user)
    page = visitor.open("/accounts/login/")
    type_password(page, patient.user.email)
    expect(page.get_by_label("A recovery code")).to_be_visible()
    assert "app" not in page.locator("main").inner_text()
    page.locator("main").get_by_role("button").first.click()
    expect(page).to_have_url(visitor.base + "/diary/")
    page = visitor.open("/accounts/2fa/webauthn/add/")
    expect(page).to_have_url(re.compile("/webauthn/reauthenticate/"))
    expect(page.get_by_role("link", name="Use a recovery code")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(visitor.base + "/accounts/2fa/webauthn/add/")
    tour = Tour(visitor)
    tour.open("/accounts/2fa/webauthn/reauthenticate/")
    visitor.context.clear_cookies()
    type_password(visitor.open("/accounts/login/"), patient.user.email)
    tour.look("Another way")
    tour.end()


def test_a_shared_device_is_said_at_sign_in(visit: Visit, patient: Patient) -> None:
    visitor = visit()
    page = visitor.open("/accounts/login/")
    page.get_by_role("checkbox", name="This is a shared device").tap()
    type_password(page, patient.user.email)
    type_code(page, mailed_code())
    expect(page).to_have_url(visitor.base + "/diary/")
    assert cookie_expires(visitor) == UNTIL_THE_END


def test_ending_a_lost_device(visit: Visit, patient: Patient) -> None:
    """P86: axe and the tour's looks on the list, long and short."""
    lost = visit(None, DESKTOP)
    sign_in_with_mailed_code(lost, patient.user)
    tour = Tour(visit())
    sign_in_with_mailed_code(tour.visitor, patient.user)
    tour.page.get_by_role("link", name="More").tap()
    tour.page.get_by_role("link", name="Where you are signed in").tap()
    tour.look("This one")
    tour.page.get_by_role("button", name="End Chrome on Linux").tap()
    tour.look("That device is signed out.")
    expect(lost.open("/diary/").get_by_role("heading", level=1)).to_have_text("Sign in")
    tour.open(SESSIONS)
    tour.end()


def test_a_prescribers_list(visit: Visit) -> None:
    clinician = factories.ClinicianFactory()
    tour = Tour(visit())
    sign_in_with_mailed_code(tour.visitor, clinician.user)
    tour.open("/accounts/2fa/", SESSIONS)
    expect(tour.page.get_by_role("main")).to_contain_text("UTC")
    tour.end()
