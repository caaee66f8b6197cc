"""The safety questions as a form: every one may stay blank."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from tracker.models import OpioidsLately, Pregnancy, SafetyAnswers, YesNo
from tracker.models.treatment import NAME_MAX
from tracker.safety_questions import QUESTIONS

from .plan import FARTHEST, DayField

NOT_ANSWERED = ("", "Not answered")
LONG_AGO = timedelta(days=20 * 366)


def _choice(name: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=QUESTIONS[name],
        required=False,
        choices=[*choices, NOT_ANSWERED],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Please choose one of the answers."},
    )


def _words(name: str) -> forms.CharField:
    return forms.CharField(
        label=QUESTIONS[name],
        required=False,
        max_length=NAME_MAX,
        error_messages={"max_length": f"Please shorten this to {NAME_MAX} characters or fewer."},
    )


class SafetyForm(forms.Form):
    """All of them on one page."""

    opioids = _choice("opioids", OpioidsLately.choices)
    opioid_words = _words("opioid_words")
    liver = _choice("liver", YesNo.choices)
    kidneys = _choice("kidneys", YesNo.choices)
    last_test_on = DayField(QUESTIONS["last_test_on"])
    allergy = _choice("allergy", YesNo.choices)
    immune = _choice("immune", YesNo.choices)
    immune_words = _words("immune_words")
    pregnancy = _choice("pregnancy", Pregnancy.choices)
    breastfeeding = _choice("breastfeeding", YesNo.choices)
    operation = _choice("operation", YesNo.choices)
    operation_on = DayField(QUESTIONS["operation_on"])

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, last: SafetyAnswers | None = None
    ) -> None:
        super().__init__(data, initial={name: getattr(last, name) for name in self.base_fields} if last else None)
        self.today = today

    def clean_last_test_on(self) -> date | None:
        """A day that has been."""
        day: date | None = self.cleaned_data["last_test_on"]
        if day is not None and not self.today - LONG_AGO <= day <= self.today:
            raise forms.ValidationError("Please put a day that has been. Please check the year.")
        return day

    def clean_operation_on(self) -> date | None:
        """Today or later: what has been is no plan any more."""
        day: date | None = self.cleaned_data["operation_on"]
        if day is not None and not self.today <= day <= self.today + FARTHEST:
            raise forms.ValidationError("Please put today or a later day; if it has been, answer “No”.")
        return day

    def clean(self) -> dict[str, Any]:
        """A detail belongs to a yes."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("operation_on") is not None and cleaned.get("operation") != YesNo.YES:
            self.add_error("operation_on", "There is a day, so please answer “Yes” above, or clear it.")
        if cleaned.get("opioid_words") and cleaned.get("opioids") in {"", OpioidsLately.NO}:
            self.add_error("opioid_words", "You wrote a name here. Please answer the question above it too.")
        return cleaned
