"""The diary on a phone: how few taps a day takes, what they store, and the same by keyboard."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ldnapp.access import consent
from ldnapp.people.models import Patient
from tests import factories
from tracker import clock
from tracker.forms.beside import is_beside
from tracker.models import DiaryEntry, Dose
from tracker.symptoms import SYMPTOMS

from .conftest import PHONE, Visit, radio
from .thumb import Thumb

SCORES = {"Pain": 6, "Fatigue": 7, "Brain fog": 5, "Sleep": 0, "Mood": 10}
SHORT = {**PHONE, "viewport": {"width": 390, "height": 664}}  # with the browser's own bars shown
SMALL = {**PHONE, "viewport": {"width": 360, "height": 640}}
GOAL = 12  # taps, with another dose, its time and one correction

# Names of what is filled in, in the order of the page, with what stands in each.
FILLED_IN = """form => [...new FormData(form)].filter(([name, value]) =>
  value && [...form.elements].some(field => field.name === name && field.type !== "hidden"))"""
NAMES = """form => [...new Set([...form.elements].filter(field => field.name && field.type !== "hidden")
  .map(field => field.name))]"""


@pytest.fixture
def on_ldn(patient: Patient) -> Patient:
    """A patient whose usual dose is 3.0 mg at bedtime."""
    factories.give_plan(patient)
    return patient


def save_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Save")


def row(page: Page, name: str) -> Locator:
    """The row of a question, which opens it; its name ends with the answer."""
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def say(page: Page, words: str) -> None:
    """Wait until a polite status says this."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def stored(patient: Patient) -> DiaryEntry:
    return DiaryEntry.objects.get(patient=patient)


def scores(entry: DiaryEntry) -> list[int | None]:
    return [entry.score(symptom) for symptom in SYMPTOMS]


@pytest.mark.parametrize("device", [PHONE, SHORT, SMALL], ids=["390x844", "390x664", "360x640"])
def test_a_whole_day_takes_seven_taps_and_no_scrolling(visit: Visit, on_ldn: Patient, device: dict[str, Any]) -> None:
    page = visit(on_ldn.user, device).open("/diary/")
    thumb = Thumb(page)
    for name, score in SCORES.items():
        thumb.tap(radio(page, name, score))
    thumb.tap(page.get_by_role("radio", name="Took 3.0 mg"))
    thumb.tap(save_button(page))
    say(page, "Saved at")
    assert thumb.taps == 7
    assert scores(stored(on_ldn)) == list(SCORES.values())
    assert str(Dose.objects.get(patient=on_ldn).amount_mg) == "3.00"


def test_another_dose_its_time_and_one_correction_take_twelve_at_most(visit: Visit, on_ldn: Patient) -> None:
    """The phone's keys count too: the field has the focus without a tap."""
    page = visit(on_ldn.user).open("/diary/")
    thumb, typed = Thumb(page), "2"
    for name, score in SCORES.items():
        thumb.tap(radio(page, name, score))
    thumb.tap(page.get_by_role("radio", name="A different dose"))
    expect(page.get_by_label("Amount in mg")).to_be_focused()
    page.keyboard.type(typed)
    thumb.tap(page.get_by_role("radio", name="Morning"))
    thumb.tap(row(page, "Pain"))
    thumb.tap(radio(page, "Pain", 4))
    thumb.tap(save_button(page))
    say(page, "Saved at")
    assert thumb.taps + len(typed) <= GOAL
    assert scores(stored(on_ldn)) == [4, *list(SCORES.values())[1:]]
    dose = Dose.objects.get(patient=on_ldn)
    assert (str(dose.amount_mg), dose.timing) == ("2.00", "morning")


def test_a_day_with_its_dose_and_one_side_effect_takes_fourteen_taps_at_most(visit: Visit, on_ldn: Patient) -> None:
    """One row to open, the effect, and how much; nothing scrolls and nothing is covered."""
    factories.write_day(on_ldn, clock.today(on_ldn) - timedelta(days=1))
    page = visit(on_ldn.user).open("/diary/")
    thumb = Thumb(page)
    for name, score in SCORES.items():
        thumb.tap(radio(page, name, score))
    thumb.tap(page.get_by_role("radio", name="Took 3.0 mg"))
    thumb.tap(row(page, "Anything else"))
    thumb.tap(page.get_by_role("checkbox", name="Vivid dreams"))
    thumb.tap(page.locator("[name=effect_dreams][value=mild]"))
    thumb.tap(save_button(page))
    say(page, "Saved at")
    assert thumb.taps == 10
    today = DiaryEntry.objects.get(patient=on_ldn, diary_date=clock.today(on_ldn))
    assert today.side_effects == [["dreams", "mild", ""]]


def test_none_today_clears_the_others_and_is_cleared_by_them(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user).open("/diary/")
    row(page, "Anything else").tap()
    none, dreams = (page.get_by_role("checkbox", name=name) for name in ("None today", "Vivid dreams"))
    dreams.tap()
    none.tap()
    expect(dreams).not_to_be_checked()
    dreams.tap()
    expect(none).not_to_be_checked()


def test_untapped_stays_blank_and_zero_is_an_answer(visit: Visit, on_ldn: Patient) -> None:
    """P38, P39."""
    page = visit(on_ldn.user).open("/diary/")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    row(page, "Sleep").tap()
    radio(page, "Sleep", 0).tap()
    save_button(page).tap()
    say(page, "Saved at")
    entry = stored(on_ldn)
    assert scores(entry) == [None, None, None, 0, None]
    assert (entry.dose_status, entry.note) == ("", "")
    assert row(page, "Pain").evaluate("row => row.closest('.q-row').innerText").strip().endswith("blank")


def test_skip_takes_an_answer_back(visit: Visit, patient: Patient) -> None:
    factories.write_day(patient, scores=(6, 3, None, None, None))
    page = visit(patient.user).open("/diary/")
    row(page, "Pain").tap()
    page.get_by_role("radio", name="Skip: leave pain blank").tap()
    say(page, "Pain left blank.")
    save_button(page).tap()
    say(page, "Saved at")
    assert scores(stored(patient)) == [None, 3, None, None, None]


def test_a_blank_day_is_no_entry_and_a_kind_word(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user).open("/diary/")
    save_button(page).tap()
    expect(page.get_by_text("One is enough")).to_be_visible()
    assert not DiaryEntry.objects.filter(patient=patient).exists()


def test_a_status_says_politely_what_was_noted_and_what_is_next(visit: Visit, patient: Patient) -> None:
    """The focus is not thrown to the next question: the words are enough."""
    page = visit(patient.user).open("/diary/")
    radio(page, "Pain", 6).tap()
    say(page, "Pain noted. Next: Fatigue")
    expect(page.get_by_role("button", name="Pain 6")).to_have_attribute("aria-expanded", "false")
    expect(row(page, "Fatigue")).to_have_attribute("aria-expanded", "true")
    assert not page.evaluate("() => document.activeElement.matches('[name=fatigue], #open_fatigue')")


def test_arrows_choose_without_moving_on(visit: Visit, patient: Patient) -> None:
    """Else arrowing from 0 to 6 would jump to the next question at 1."""
    page = visit(patient.user).open("/diary/")
    row(page, "Pain").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(radio(page, "Pain", 0)).to_be_checked()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(radio(page, "Pain", 6)).to_be_checked()
    expect(row(page, "Pain")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(row(page, "Fatigue")).to_be_focused()


def test_digits_choose_and_one_zero_is_ten(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user).open("/diary/")
    row(page, "Mood").focus()
    page.keyboard.press("7")
    expect(radio(page, "Mood", 7)).to_be_checked()
    page.keyboard.press("1")
    expect(radio(page, "Mood", 1)).to_be_checked()
    page.keyboard.press("0")
    expect(radio(page, "Mood", 10)).to_be_checked()
    expect(row(page, "Mood")).to_have_attribute("aria-expanded", "true")


def tab_to(page: Page, target: Locator, most: int = 12) -> None:
    """Tab on until this has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {most} tabs")


def test_a_whole_day_goes_by_keyboard_alone(visit: Visit, on_ldn: Patient) -> None:
    """P39 for 0; "10" is typed as 1 and 0."""
    page = visit(on_ldn.user).open("/diary/")
    for name, score in SCORES.items():
        tab_to(page, row(page, name))
        page.keyboard.press("Tab")
        page.keyboard.type(str(score))
    tab_to(page, row(page, "LDN dose"))
    tab_to(page, page.get_by_role("radio", name="Took 3.0 mg"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("textbox", name="A note for this day"), most=60)  # past the side effects
    page.keyboard.type("By keyboard.")
    tab_to(page, save_button(page))
    page.keyboard.press("Enter")
    say(page, "Saved at")
    entry = stored(on_ldn)
    assert scores(entry) == list(SCORES.values())
    assert (entry.dose_status, entry.note) == ("taken", "By keyboard.")


def test_the_way_to_the_day_before_is_a_link_with_that_name(visit: Visit, patient: Patient) -> None:
    """P71."""
    page = visit(patient.user).open("/diary/")
    today = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Earlier day").tap()
    expect(page).to_have_url(re.compile(r"/diary/\d{4}-\d\d-\d\d/$"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text(today)
    radio(page, "Pain", 3).tap()
    save_button(page).tap()
    say(page, "Saved to")
    page.get_by_role("link", name="Later day").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(today)


def fill_in(page: Page, values: dict[str, str]) -> None:
    """Put these values into the controls of these names, opening each question first."""
    for name, value in values.items():
        control = page.locator(f"[name={name}]")
        opener = control.first.locator("xpath=ancestor::*[@data-name]").get_by_role("button")
        if not control.first.is_visible():
            opener.tap()
        if control.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"[name={name}][value='{value}']").tap()
        else:
            control.fill(value)


ANSWERS = {"pain": "1", "fatigue": "2", "brain_fog": "3", "sleep": "0", "mood": "10", "note": "Two\nlines."}
TAKEN = {"dose_status": "taken", "dose_mg": "2.5", "dose_timing": "morning"}
FELT = {
    "has_headache": "1",
    "effect_headache": "moderate",
    "has_other": "1",
    "effect_other": "mild",
    "effect_words": "Fizz",
}
MORE_DOSES = {f"dose_{part}_{slot}" for part in ("mg", "timing") for slot in (2, 3, 4)}
SKIPPED = {"dose_status": "skipped", "dose_skip_reason": "Felt sick."}


@pytest.mark.parametrize("dose", [TAKEN, SKIPPED], ids=["taken", "skipped"])
def test_what_is_filled_in_is_there_after_a_reload(visit: Visit, on_ldn: Patient, dose: dict[str, str]) -> None:
    """P65: every visible input of the form."""
    page = visit(on_ldn.user).open("/diary/")
    form = page.locator("#diary-form")
    named = set(form.evaluate(NAMES))
    assert {name for name in named if not is_beside(name)} == {*ANSWERS, *TAKEN, *SKIPPED, *MORE_DOSES}
    assert {name for name in named if is_beside(name)} > set(FELT)
    fill_in(page, {**dose, **ANSWERS, **FELT})
    save_button(page).tap()
    say(page, "Saved at")
    page.reload()
    kept = {name: value.replace("\r\n", "\n") for name, value in form.evaluate(FILLED_IN)}
    assert kept == {**dose, **ANSWERS, **FELT}


def test_every_setting_is_there_after_a_reload(visit: Visit, patient: Patient) -> None:
    """P65."""
    page = visit(patient.user).open("/settings/")
    wanted = {
        "time_zone": "America/Lima",
        "day_end": "05:00",
        "country": "IE",
        "theme": "dark",
    }
    assert set(page.locator("main form").evaluate(NAMES)) - {"save"} == set(wanted)
    for name in ("time_zone", "day_end", "country"):
        page.locator(f"[name={name}]").select_option(wanted[name])
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("button", name="Save settings").tap()
    say(page, "Settings saved")
    page.reload()
    assert dict(page.locator("main form").evaluate(FILLED_IN)) == wanted


def test_two_quick_taps_on_save_are_one_entry(visit: Visit, patient: Patient) -> None:
    """P23."""
    page = visit(patient.user).open("/diary/")
    radio(page, "Pain", 6).tap()
    box = save_button(page).bounding_box()
    assert box is not None
    for _ in range(2):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    say(page, "Saved at")
    assert stored(patient).version == 1


@pytest.mark.parametrize("asks_anew", [False, True])
@pytest.mark.parametrize("device", [SHORT, SMALL], ids=["390x664", "360x640"])
def test_the_dock_leaves_the_list_visible(
    visit: Visit, on_ldn: Patient, device: dict[str, Any], asks_anew: bool
) -> None:
    """What was answered stays in sight while the next question is open, whatever else the page has to say."""
    if asks_anew:
        factories.ActiveLinkFactory(patient=on_ldn, consent_version=consent.UNWRITTEN)
    yesterday = clock.today(on_ldn) - timedelta(days=1)
    factories.write_day(on_ldn, yesterday, scores=(6, 7, 5, 3, 4), dose_status="taken")
    page = visit(on_ldn.user, device).open("/diary/")
    assert page.get_by_role("link", name="Please read what sharing means").count() == asks_anew
    foot = row(page, "LDN dose").evaluate("row => row.closest('.q-row').getBoundingClientRect().bottom")
    for name in (*SCORES, "LDN dose"):
        row(page, name).tap()
        top = (
            page.get_by_role("group", name=name).locator(".q-body").evaluate("dock => dock.getBoundingClientRect().top")
        )
        assert top >= foot, f"{name} covers the list by {foot - top} px"
