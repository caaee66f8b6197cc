"""The symptom model: what tells one symptom from another for every eye."""

from pathlib import Path

import pytest
from django.conf import settings

from tracker.symptoms import MAIN_SYMPTOM, SYMPTOM_KEYS, SYMPTOMS, Symptom, symptom_by_key

LIGHT_CARD, DARK_CARD = "#ffffff", "#211f1c"
LEAST_CONTRAST = 4.5  # WCAG 2.2, AA for text


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=SYMPTOM_KEYS)
def test_a_symptoms_colours_are_readable_on_a_card(symptom: Symptom) -> None:
    """P54: in the light and in the dark theme."""
    assert contrast(symptom.light, LIGHT_CARD) >= LEAST_CONTRAST
    assert contrast(symptom.dark, DARK_CARD) >= LEAST_CONTRAST


def test_the_cards_have_these_colours() -> None:
    """Else the contrast above would be that of other cards."""
    tokens = Path(settings.BASE_DIR, "ldnapp/static/ldnapp/tokens.css").read_text()
    assert f"--ldn-surface: {LIGHT_CARD};" in tokens
    assert f"--ldn-surface: {DARK_CARD};" in tokens


@pytest.mark.parametrize("mark", ["key", "label", "shape", "dash", "light", "dark", "question", "at_zero", "at_ten"])
def test_no_two_symptoms_look_or_read_alike(mark: str) -> None:
    """P54: without any colour, shape and dash tell them apart."""
    assert len({getattr(symptom, mark) for symptom in SYMPTOMS}) == len(SYMPTOMS)


def test_keys_are_names_that_a_column_and_a_field_can_have() -> None:
    assert all(key.isidentifier() and key == key.lower() for key in SYMPTOM_KEYS)


def test_an_unknown_key_means_the_main_symptom() -> None:
    assert [symptom_by_key(key) for key in ("mood", "headache", "", None)] == [SYMPTOMS[4], *[MAIN_SYMPTOM] * 3]
