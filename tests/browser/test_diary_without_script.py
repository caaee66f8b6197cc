"""The diary with JavaScript off: the same page, the same day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ldnapp.people.models import Patient
from tests import factories
from tracker.models import DiaryEntry, Dose
from tracker.symptoms import SYMPTOMS

from .conftest import Visit, radio

SCORES = {"Pain": 6, "Fatigue": 7, "Brain fog": 5, "Sleep": 0, "Mood": 10}
OpenDiary = Callable[[], Page]


@pytest.fixture
def diary(visit: Visit, patient: Patient) -> OpenDiary:
    """Opens that patient's diary in a browser of its own, script off; the usual dose is 3.0 mg at bedtime."""
    factories.give_plan(patient)
    return lambda: visit(patient.user, java_script_enabled=False).open("/diary/")


def scores(patient: Patient) -> list[int | None]:
    entry = DiaryEntry.objects.get(patient=patient)
    return [entry.score(symptom) for symptom in SYMPTOMS]


def dose(patient: Patient) -> tuple[str, str]:
    stored = Dose.objects.get(patient=patient)
    return str(stored.amount_mg), stored.timing


def fill_scores(page: Page) -> None:
    for name, score in SCORES.items():
        radio(page, name, score).check()


def another_dose(page: Page, mg: str) -> None:
    """ "A different dose", its amount, in the morning."""
    page.get_by_role("radio", name="A different dose").check()
    page.get_by_label("Amount in mg").fill(mg)
    page.get_by_role("radio", name="Morning").check()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()


def note(page: Page) -> Locator:
    return page.get_by_role("textbox", name="A note for this day")


def all_is_kept(page: Page) -> None:
    """Everything that fill_scores and another_dose typed is still there."""
    for name, score in SCORES.items():
        expect(radio(page, name, score)).to_be_checked()
    expect(page.get_by_role("radio", name="A different dose")).to_be_checked()
    expect(page.get_by_role("radio", name="Morning")).to_be_checked()
    expect(note(page)).to_have_value("Slept in the chair.")


def test_the_whole_day_and_another_dose(diary: OpenDiary, patient: Patient) -> None:
    page = diary()
    fill_scores(page)
    another_dose(page, "1,5")
    note(page).fill("Slept in the chair.")
    save(page)
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert scores(patient) == list(SCORES.values())
    assert dose(patient) == ("1.50", "morning")
    all_is_kept(page)


def test_one_answer_is_enough_and_can_be_taken_back(diary: OpenDiary, patient: Patient) -> None:
    """P38, P39: what nobody chose is blank, 0 is 0, and Skip is blank again."""
    page = diary()
    radio(page, "Sleep", 0).check()
    radio(page, "Pain", 4).check()
    save(page)
    assert scores(patient) == [4, None, None, 0, None]
    page.get_by_role("radio", name="Skip: leave pain blank").check()
    save(page)
    assert scores(patient) == [None, None, None, 0, None]


def test_an_unlikely_dose_is_asked_about_once(diary: OpenDiary, patient: Patient) -> None:
    page = diary()
    fill_scores(page)
    another_dose(page, "7")
    note(page).fill("Slept in the chair.")
    save(page)
    expect(page.get_by_text("seven milligrams. Is that right?").first).to_be_visible()
    all_is_kept(page)
    assert not DiaryEntry.objects.filter(patient=patient).exists()
    page.get_by_role("checkbox", name="Yes, that is right").check()
    save(page)
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert dose(patient) == ("7.00", "morning")


def test_a_yes_to_one_dose_is_no_yes_to_another(diary: OpenDiary, patient: Patient) -> None:
    page = diary()
    another_dose(page, "7")
    save(page)
    page.get_by_role("checkbox", name="Yes, that is right").check()
    page.get_by_label("Amount in mg").fill("14")
    save(page)
    expect(page.get_by_text("fourteen milligrams. Is that right?").first).to_be_visible()
    assert not Dose.objects.filter(patient=patient).exists()


def test_a_mistake_keeps_everything_and_leads_to_its_field(diary: OpenDiary, patient: Patient) -> None:
    page = diary()
    fill_scores(page)
    another_dose(page, "three")
    note(page).fill("Slept in the chair.")
    save(page)
    all_is_kept(page)
    amount = page.get_by_label("Amount in mg")
    expect(amount).to_have_value("three")
    expect(amount).to_have_attribute("aria-invalid", "true")
    assert "such as 4.5" in page.locator(f"#{amount.get_attribute('aria-describedby')}").inner_text()
    page.get_by_role("link", name="Amount in mg").click()
    expect(amount).to_be_in_viewport()
    assert not DiaryEntry.objects.filter(patient=patient).exists()


def test_a_day_changed_elsewhere_shows_both_and_keeps_what_is_chosen(diary: OpenDiary, patient: Patient) -> None:
    """P25."""
    page = diary()
    radio(page, "Pain", 2).check()
    radio(page, "Mood", 3).check()
    factories.write_day(patient, scores=(8, None, None, None, 9))
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This day was changed somewhere else")
    assert scores(patient) == [8, None, None, None, 9]
    pain = page.get_by_role("group", name="Pain")
    expect(pain.get_by_role("radio", name="Yours now: 2")).to_be_checked()
    page.get_by_role("group", name="Mood").get_by_role("radio", name="Saved at").check()
    page.get_by_role("button", name="Keep what I chose").click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert scores(patient) == [2, None, None, None, 9]


def test_the_day_can_be_left_as_it_was_saved_elsewhere(diary: OpenDiary, patient: Patient) -> None:
    page = diary()
    radio(page, "Pain", 2).check()
    factories.write_day(patient, scores=(8, None, None, None, None))
    save(page)
    page.get_by_role("link", name="Leave the day as saved").click()
    expect(radio(page, "Pain", 8)).to_be_checked()
    assert scores(patient) == [8, None, None, None, None]


def test_two_quick_clicks_on_save_are_one_entry(diary: OpenDiary, patient: Patient) -> None:
    """P23: here no script holds the second one back."""
    page = diary()
    radio(page, "Pain", 2).check()
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert DiaryEntry.objects.get(patient=patient).version == 1


def test_nothing_is_hidden_and_nothing_covers_the_form(diary: OpenDiary) -> None:
    page = diary()
    for name in SCORES:
        expect(radio(page, name, 0)).to_be_visible()
    expect(page.get_by_text("Tap any line")).to_be_hidden()
    expect(page.get_by_role("radio", name="Took 3.0 mg")).to_be_visible()
    save_button = page.get_by_role("button", name="Save")
    assert save_button.evaluate("button => getComputedStyle(button.parentElement).position") == "static"
