"""What was typed and not saved yet: offline, after a reload, and when the session is gone. For the same person only."""

import json
import re
from base64 import b64decode

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from playwright.sync_api import Page, expect

from ldnapp.people.models import Patient
from tests import factories
from tracker.models import DiaryEntry
from tracker.symptoms import SYMPTOM_KEYS

from .conftest import PHONE, Visit, radio
from .signing_in import type_mailed_code, type_password

WORDS = "A private line of my own."
STORED = "() => JSON.stringify({...localStorage})"


def type_something(page: Page) -> None:
    """Two scores and a note, as a patient does who has not saved yet."""
    radio(page, "Pain", 6).tap()
    radio(page, "Fatigue", 0).tap()
    page.get_by_role("button", name="Anything else?").tap()
    page.get_by_role("textbox", name="A note for this day").fill(WORDS)


def type_it_without_script(page: Page) -> None:
    """The same on the page that has every question open."""
    radio(page, "Pain", 6).check()
    radio(page, "Fatigue", 0).check()
    page.get_by_role("textbox", name="A note for this day").fill(WORDS)


def is_all_there(page: Page) -> None:
    """The same is on the page."""
    expect(radio(page, "Pain", 6, hidden=True)).to_be_checked()
    expect(radio(page, "Fatigue", 0, hidden=True)).to_be_checked()
    expect(page.locator("[name=note]")).to_have_value(WORDS)
    expect(page.get_by_text("Not saved yet.", exact=True).filter(visible=True)).to_have_count(1)


def says(page: Page, words: str) -> None:
    """Wait until a status says this."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def nothing_is_there(page: Page) -> None:
    """No answer of anybody's is on the page."""
    expect(page.locator("#diary-form")).to_be_visible()
    page.wait_for_function("() => !Object.keys(localStorage).length")
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.locator("[name=note]")).to_have_value("")
    assert WORDS not in page.content()


def drafts(page: Page) -> dict[str, str]:
    """What lies in the browser's storage, once the page has written it."""
    page.wait_for_function("() => Object.keys(localStorage).length")
    kept: dict[str, str] = json.loads(page.evaluate(STORED))
    return kept


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()


def is_saved(page: Page, patient: Patient) -> None:
    """Exactly what was typed is in the diary, and no draft is left."""
    expect(page.get_by_text("Saved at")).to_be_visible()
    entry = DiaryEntry.objects.get(patient=patient)
    assert (entry.pain, entry.fatigue, entry.note) == (6, 0, WORDS)  # type: ignore[attr-defined]
    page.wait_for_function("() => !Object.keys(localStorage).length")


def test_offline_keeps_what_was_typed_says_so_and_saves_later(visit: Visit, patient: Patient) -> None:
    phone = visit(patient.user)
    page = phone.open("/diary/")
    type_something(page)
    phone.context.set_offline(True)
    save(page)
    says(page, "There is no connection. Kept on this phone.")
    is_all_there(page)
    assert not DiaryEntry.objects.filter(patient=patient).exists()
    phone.context.set_offline(False)
    page.get_by_role("button", name="Try again").tap()
    is_saved(page, patient)


def test_a_reload_brings_the_draft_back(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user).open("/diary/")
    type_something(page)
    assert drafts(page)
    page.reload()
    says(page, "Kept on this phone.")
    is_all_there(page)
    save(page)
    is_saved(page, patient)


def test_nothing_readable_lies_in_the_storage(visit: Visit, patient: Patient) -> None:
    """D6: the key comes with each signed-in page and is stored nowhere."""
    page = visit(patient.user).open("/diary/")
    type_something(page)
    key = page.locator("#diary-form").get_attribute("data-draft-key")
    kept = drafts(page)
    assert len(kept) == 1
    bare = b"".join(b64decode(part, validate=True) for part in next(iter(kept.values())).split("."))
    for word in (WORDS, "private", *SYMPTOM_KEYS, "answers", '"6"', key, patient.name, patient.user.email):
        assert word is not None
        assert word not in json.dumps(kept)
        assert word.encode() not in bare


def test_signing_out_leaves_no_draft(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user).open("/diary/")
    type_something(page)
    assert drafts(page)
    page.get_by_role("link", name="More").tap()
    page.get_by_role("button", name="Sign out").tap()
    expect(page).not_to_have_url(re.compile("sharing"))
    assert json.loads(page.evaluate(STORED)) == {}


def test_another_person_on_the_same_phone_sees_nothing(visit: Visit, patient: Patient) -> None:
    phone = visit(patient.user)
    type_something(phone.open("/diary/"))
    assert drafts(phone.page)
    phone.sign_in(factories.PatientFactory().user)
    nothing_is_there(phone.open("/diary/"))


def end_session() -> None:
    """Every session is gone, as after a month without use."""
    Session.objects.all().delete()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_session_that_ends_while_typing_loses_nothing(visit: Visit, patient: Patient, script: bool) -> None:
    """P45: sign in, and the form is as it was."""
    page = visit(patient.user, PHONE, java_script_enabled=script).open("/diary/")
    (type_something if script else type_it_without_script)(page)
    end_session()
    save(page)
    expect(page.get_by_text("it is kept and put back after you sign in")).to_be_visible()
    assert WORDS not in page.content()
    type_password(page, patient.user.email)
    type_mailed_code(page)
    expect(page).to_have_url(re.compile("/diary/"))
    is_all_there(page)
    save(page)
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert DiaryEntry.objects.get(patient=patient).note == WORDS


def test_whoever_signs_in_instead_gets_nothing_of_it(visit: Visit, patient: Patient) -> None:
    """P45: for the same user only."""
    other = factories.PatientFactory()
    page = visit(patient.user).open("/diary/")
    type_something(page)
    end_session()
    save(page)
    type_password(page, other.user.email)
    type_mailed_code(page)
    nothing_is_there(page)
    assert WORDS not in mail.outbox[-1].body
    assert not DiaryEntry.objects.exists()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_page_that_was_open_for_too_long_is_shown_once_more(visit: Visit, patient: Patient, script: bool) -> None:
    """P46: the token no longer fits; everything typed is still there."""
    phone = visit(patient.user, PHONE, java_script_enabled=script)
    page = phone.open("/diary/")
    (type_something if script else type_it_without_script)(page)
    phone.forget_token()
    save(page)
    expect(page.get_by_text("Your page had been open for long.")).to_be_visible()
    is_all_there(page)
    assert not DiaryEntry.objects.exists()
    save(page)
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert DiaryEntry.objects.get(patient=patient).note == WORDS
