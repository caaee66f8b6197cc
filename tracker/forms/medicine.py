"""Another medicine as a form, and the question whether it is an opioid that one takes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from tracker.models import Medicine, MedicineUse, OpioidAnswer
from tracker.models.treatment import NAME_MAX

from .plan import DayField

EARLIEST = date(1930, 1, 1)
AHEAD = timedelta(days=366)  # a planned medicine


class MedicineForm(forms.Form):
    """One medicine, as the patient writes it."""

    name = forms.CharField(
        label="Name, as it stands on the packet",
        max_length=NAME_MAX,
        widget=forms.TextInput(attrs={"list": "suggestions", "autocomplete": "off"}),
        error_messages={
            "required": "Which medicine is it?",
            "max_length": f"Please shorten this to {NAME_MAX} characters or fewer.",
        },
    )
    use = forms.ChoiceField(
        label="How do you take it?",
        choices=MedicineUse.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one."},
    )
    since = DayField("Since when, if you know it")
    until = DayField("Last day, if you have stopped it")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, medicine: Medicine | None = None) -> None:
        known = ("name", "use", "since", "until")
        super().__init__(data, initial={name: getattr(medicine, name) for name in known} if medicine else None)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Dates that can be, in order."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("since", "until"):
            day = cleaned.get(name)
            if day is not None and not EARLIEST <= day <= self.today + AHEAD:
                self.add_error(name, "Please check the year.")
        since, until = cleaned.get("since"), cleaned.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", "The last day is before the first one. Which is right?")
        return cleaned


class OpioidForm(forms.Form):
    """Is this an opioid that you take?"""

    answer = forms.ChoiceField(
        label="Which is right?",
        choices=OpioidAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one, or leave this page: the medicine is kept either way."},
    )
