"""Every page of every role goes through axe, no rule switched off, and through the other looks of a tour.

A style or script that the content security policy refuses would speak in the console, which stays silent.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.template.loader import get_template
from playwright.sync_api import Route, expect

from ldnapp.access.models import Page, look
from ldnapp.people.events import note
from ldnapp.people.factor_resets import ask_reset
from ldnapp.people.models import Clinician, EventKind, Patient, Role, Theme
from tests import factories
from tests.people.signing import give_app
from tracker import clock
from tracker.effects import Severity, SideEffect

from .conftest import DESKTOP, Visit, radio
from .looks import THEMES
from .signing_in import code_of, mailed_code, sign_in_with_mailed_code, type_code, type_mailed_code, type_password
from .tour import Tour

LONG_NAME = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley-Majoribanks " * 3
RIGHT_TO_LEFT = "نور الهدى بنت عبد الرحمن"
DARK_GROUND = "rgb(22, 21, 19)"  # tokens.css: warm charcoal
STANDALONE = ("400", "413", "429", "500", "503")


def answer_with(body: str) -> Callable[[Route], None]:
    """Answers a request with this page."""
    return lambda route: route.fulfill(body=body, content_type="text/html")


def test_the_way_in(visit: Visit, patient: Patient) -> None:
    """Home, sign-in and its errors, the mailed code, a forgotten password."""
    tour = Tour(visit())
    tour.open("/", "/accounts/signup/", "/accounts/inactive/", "/not/there/", "/accounts/password/reset/")
    tour.page.get_by_label("E-mail").fill(patient.user.email)
    tour.page.locator("main").get_by_role("button").first.click()
    tour.look("Look in your e-mail")
    reset = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert reset is not None
    tour.visitor.open(urlsplit(reset.group()).path)
    tour.look("New password")
    tour.page.get_by_label("New password", exact=True).fill("short")
    tour.page.locator("main").get_by_role("button").last.click()
    tour.look("too short")
    tour.open("/accounts/login/")
    type_password(tour.page, patient.user.email, "not this one")
    tour.look("do not go together")
    type_password(tour.page, patient.user.email)
    tour.look("We sent a code to")
    type_code(tour.page, "AAAAAA")
    tour.look("This code is not right")
    type_code(tour.page, mailed_code())
    tour.look("Is this your own device?")
    tour.end()


def test_the_account(visit: Visit) -> None:
    """A prescriber adds a second factor, changes the address, and signs in with the factor."""
    clinician = factories.ClinicianFactory()
    tour = Tour(visit())
    sign_in_with_mailed_code(tour.visitor, clinician.user)
    tour.open("/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/")
    tour.page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    tour.press("Go on")
    tour.open("/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/activate/")
    secret = tour.page.get_by_label("Or type this secret").input_value()
    type_code(tour.page, "000000")
    tour.look("This code is not right")
    type_code(tour.page, code_of(secret))
    tour.look("Write these down")
    tour.open("/accounts/2fa/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/")
    tour.open("/accounts/2fa/reauthenticate/", "/accounts/password/change/")
    tour.press("Change password")
    tour.look("Please look at")
    tour.open("/accounts/email/")
    tour.page.get_by_label("New e-mail address").fill("new@example.org")
    tour.press("Change address")
    tour.look("We sent a code to")
    tour.visitor.context.clear_cookies()
    type_password(tour.visitor.open("/accounts/login/"), clinician.user.email)
    tour.look("asks for a second factor")
    type_code(tour.page, "000000")
    tour.look("This code is not right")
    tour.end()


def test_pages_for_when_something_is_wrong(visit: Visit) -> None:
    tour = Tour(visit())
    for status in STANDALONE:
        tour.page.route(f"**/{status}", answer_with(get_template(f"{status}.html").render()))
        tour.open(f"/{status}")
    tour.end()


def test_the_admins_pages(visit: Visit) -> None:
    """Django's own pages, not ours to draw: no style or script of theirs is refused."""
    admin = factories.UserFactory(role=Role.ADMIN)
    secret = give_app(admin)
    factories.CareLinkFactory()
    invitation = factories.InvitationFactory()
    note(EventKind.INVITATION_SENT, actor=invitation.clinician.user, subject=None, detail=str(invitation))
    factories.give_second_factor(invitation.clinician.user)
    ask_reset(invitation.clinician.user, by=admin)
    desk = visit(admin, DESKTOP)
    desk.open("/admin/people/patient/add/")  # which asks once more who is there, and leads back
    type_code(desk.page, code_of(secret))
    for path, shown in (
        ("", "Nothing here opens a diary."),
        ("people/patient/", "Select patient"),
        ("people/patient/add/", "Add patient"),
        (f"people/user/{admin.pk}/change/", "user"),
        ("access/carelink/add/", "Add care link"),
        ("access/invitation/", "Select invitation"),
        ("people/event/", "Select event"),
        ("people/factorreset/", "Select reset of second factors"),
    ):
        page = desk.open(f"/admin/{path}")
        assert page.url == f"{desk.base}/admin/{path}"
        expect(page.locator("#content h1")).to_contain_text(shown)
    assert not desk.complaints


def test_a_diary_day_in_all_its_states(visit: Visit, patient: Patient) -> None:
    factories.give_plan(patient)
    today = clock.today(patient)
    factories.write_day(patient, today - timedelta(days=1), dose_status="taken", dose_mg="3.00")
    factories.write_day(patient, today - timedelta(days=20), note="Long ago.")
    tour = Tour(visit(patient.user))
    page = tour.page
    tour.open("/diary/")
    radio(page, "Pain", 6).tap()
    page.get_by_role("button", name="LDN dose").tap()
    page.get_by_role("radio", name="A different dose").tap()
    tour.look("Amount in mg")
    page.get_by_label("Amount in mg").fill("9")
    tour.press("Save")
    tour.look("Is that right?")
    page.get_by_role("radio", name="Did not take it").tap()
    page.get_by_label("Why not").fill("Felt sick.")
    tour.visitor.forget_token()
    tour.press("Save")
    tour.look("Your page had been open for long")
    factories.write_day(patient, scores=(1, 2, 3, 4, 5), note="From another phone.")
    tour.press("Save")
    tour.look("This day was changed somewhere else")
    tour.press("Keep what I chose")
    tour.look("Saved at")
    tour.open(f"/diary/{today - timedelta(days=20)}/", f"/diary/{today - timedelta(days=21)}/")
    tour.end()


def test_a_diary_day_of_someone_who_was_signed_out_while_writing(visit: Visit, patient: Patient) -> None:
    tour = Tour(visit(patient.user))
    radio(tour.visitor.open("/diary/"), "Pain", 6).tap()
    Session.objects.all().delete()
    tour.press("Save")
    tour.look("it is kept and put back after you sign in")
    type_password(tour.page, patient.user.email)
    type_mailed_code(tour.page)
    tour.look("You were signed out while you wrote")
    tour.end()


def test_the_treatment_in_all_its_states(visit: Visit, patient: Patient) -> None:
    """First run, plan, short forms, medicines, questions, card: with faults, and with nothing yet."""
    tour = Tour(visit(patient.user))
    page = tour.page
    tour.open("/treatment/", "/treatment/start/", "/treatment/card/", "/treatment/safety/", "/treatment/medicines/")
    page.goto(f"{tour.visitor.base}/treatment/start/")
    tour.press("Begin")
    tour.look("Please choose one")
    page.get_by_role("radio", name="Not yet").check()
    tour.press("Begin")
    tour.look("Start before the first capsule")
    tour.open("/treatment/plan/", "/treatment/details/", "/treatment/main-symptom/", "/treatment/")
    page.goto(f"{tour.visitor.base}/treatment/plan/")
    tour.press("Read it through")
    tour.look("at least one step")
    page.locator("[name=step0-on]").fill(clock.today(patient).isoformat())
    page.locator("[name=step0-mg]").fill("5")
    page.locator("[name=step0-timing]").select_option("bedtime")
    tour.press("Read it through")
    tour.look("Please read it once")
    tour.press("Write it down")
    tour.look("Please read the plan and tick this")
    page.get_by_label("This is what my prescriber told me").check()
    tour.press("Write it down")
    tour.look("The plan is written down")
    tour.open("/treatment/hold/", "/treatment/stop/")
    tour.press("Write down the stop")
    tour.look("Please choose one")
    page.goto(f"{tour.visitor.base}/treatment/medicines/")
    page.get_by_label("Name, as it stands on the packet").fill("Co-codamol")
    page.get_by_label("When needed").check()
    tour.press("Add")
    tour.look("Is this codeine?")
    page.get_by_label("I take it now").check()
    tour.press("Answer")
    tour.look("Please read this first")
    tour.open("/treatment/medicines/", "/treatment/", "/treatment/card/")
    factories.write_day(patient, scores=(1, 2, 3, 4, 10))
    tour.open(f"/diary/{clock.today(patient)}/")
    tour.look("Thank you for writing today")
    tour.end()


def test_the_pages_for_anyone(visit: Visit) -> None:
    tour = Tour(visit(None))
    tour.open("/help-now/", "/about-ldn/", "/about-ldn/questions/")
    tour.end()


def test_what_the_prescriber_sees_of_what_is_flagged(visit: Visit, patient: Patient) -> None:
    clinician = factories.ActiveLinkFactory(patient=patient).clinician
    factories.give_second_factor(clinician.user)
    factories.give_plan(patient)
    for back in range(3):
        felt = (SideEffect("dreams", Severity.SEVERE),)
        day = clock.today(patient) - timedelta(days=back)
        factories.write_day(patient, day, scores=(1, 2, 3, 4, 10), side_effects=felt, dose_status="skipped")
    tour = Tour(visit(clinician.user, DESKTOP), is_for_thumbs=False)
    tour.open("/clinic/", f"/clinic/patients/{patient.pk}/")
    tour.press("I have looked at these")
    tour.look("Marked as looked at")
    tour.end()


def test_settings_sharing_and_history(visit: Visit, patient: Patient) -> None:
    factories.EndedLinkFactory(patient=patient, clinician__name=LONG_NAME[:200])
    tour = Tour(visit(patient.user))
    tour.open("/diary/history/", "/sharing/", "/settings/")
    tour.visitor.forget_token()
    tour.press("Save settings")
    tour.look("Please send it once more")
    factories.ActiveLinkFactory(patient=patient)
    factories.CareLinkFactory(patient=patient)
    tour.open("/sharing/", "/sharing/end/")
    tour.press("Stop sharing with " + patient.care_links.active().get().clinician.name)
    tour.look("can no longer look")
    tour.end()


def test_the_words_on_sharing_and_who_has_looked(visit: Visit, patient: Patient) -> None:
    """P82: names of any length and direction in the words; a look by someone who is gone."""
    present = factories.ActiveLinkFactory(patient=patient, clinician__name=RIGHT_TO_LEFT, consent_version=0)
    asked = factories.CareLinkFactory(
        patient=patient, clinician__name=LONG_NAME[:200], proposed_through=present.clinician
    )
    look(present.clinician.user, patient, Page.COURSE).save()
    look(factories.UserFactory(), patient, Page.CASELOAD).save()
    tour = Tour(visit(patient.user))
    tour.open("/sharing/", "/sharing/looks/", f"/sharing/{asked.pk}/", "/diary/", "/sharing/words/")
    tour.press(f"I agree: {RIGHT_TO_LEFT} may go on looking")
    tour.look("can look as before")
    tour.end()


def test_passing_a_diary_on(visit: Visit, clinician: Clinician) -> None:
    link = factories.ActiveLinkFactory(clinician=clinician, patient__name=LONG_NAME[:200])
    factories.EndedLinkFactory(clinician=clinician, patient__name=RIGHT_TO_LEFT, ended_at=clock.now())
    transfer = f"/clinic/patients/{link.patient.pk}/transfer/"
    tour = Tour(visit(clinician.user))
    tour.open("/clinic/", transfer)
    tour.page.get_by_label("E-mail address of your colleague").fill("nobody@example.org")
    tour.press("Ask the patient")
    tour.look("This address can’t be asked.")
    tour.page.get_by_label("E-mail address of your colleague").fill(factories.ClinicianFactory().user.email)
    tour.press("Ask the patient")
    tour.look("Waiting for the patient’s answer")
    tour.open(f"/clinic/patients/{link.patient.pk}/end/")
    tour.press("Stop looking after this diary")
    tour.look("ended by you")
    tour.end()


def test_progress_empty_short_and_full(visit: Visit, patient: Patient) -> None:
    tour = Tour(visit(patient.user))
    tour.open("/progress/")
    for back in range(40):
        day = clock.today(patient) - timedelta(days=back)
        factories.write_day(patient, day, dose_status="taken", dose_mg="3.00", dose_timing="bedtime")
        if back == 2:
            tour.open("/progress/")
    tour.open("/progress/?symptom=sleep")
    tour.end()


def test_the_theme_that_was_chosen_beats_the_phones(visit: Visit, patient: Patient) -> None:
    patient.user.theme = Theme.DARK
    patient.user.save()
    tour = Tour(visit(patient.user))
    tour.open("/diary/")
    grounds = set()
    for phone in THEMES:
        tour.page.emulate_media(color_scheme=phone)
        grounds.add(tour.page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert grounds == {DARK_GROUND}
    tour.end()


@pytest.fixture
def clinician(db: None) -> Clinician:
    """A prescriber with a second factor."""
    clinician: Clinician = factories.ClinicianFactory()
    factories.give_second_factor(clinician.user)
    return clinician


def test_the_prescribers_pages(visit: Visit, clinician: Clinician) -> None:
    """P82: a blank, an endless and a right-to-left name among them."""
    tour = Tour(visit(clinician.user), is_for_thumbs=False)
    tour.open("/clinic/", "/clinic/patients/00000000-0000-4000-8000-000000000000/")
    for name, days in ((LONG_NAME[:200], 30), (RIGHT_TO_LEFT, 9), ("", 0)):
        patient = factories.PatientFactory(name=name)
        factories.ActiveLinkFactory(patient=patient, clinician=clinician)
        factories.write_days(patient, days, dose_status="taken", dose_mg="3.00", dose_timing="bedtime")
        tour.open(f"/clinic/patients/{patient.pk}/")
    tour.open("/clinic/")
    tour.end()
