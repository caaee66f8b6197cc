"""The episode as forms: how it begins, what a dose is made of, what was agreed, and how it ends."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from tracker.dose import UnreadableDose, hundredths, mg_text, parse_dose
from tracker.models import Condition, StopReason, SupplyForm
from tracker.models.treatment import NAME_MAX, WORDS_MAX
from tracker.plan_text import date_words
from tracker.sheet import Sheet
from tracker.supply import MAX_STRENGTH, MIN_STRENGTH, USUAL_CAPSULES, USUAL_STRENGTHS, number
from tracker.symptoms import MAIN_SYMPTOM, SYMPTOMS

from .plan import FARTHEST, NO_SUCH_DAY, DayField

EARLIEST_LDN = date(1985, 1, 1)  # naltrexone was licensed in 1984
MOST_SIZES = 6


def _words(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=WORDS_MAX, widget=widget, help_text=help_text)


class BeginForm(forms.Form):
    """How an episode begins: not yet on LDN, or already taking it."""

    taking = forms.ChoiceField(
        label="Are you taking LDN already?",
        choices=[("no", "Not yet"), ("yes", "Yes, I take it now")],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one."},
    )
    starts_on = DayField("If not yet: the day of your first dose, if you know it")
    began_on = DayField("If you take it now: since when, as far as you know")
    condition = forms.ChoiceField(
        label="What is it for?", required=False, choices=[("", "I would rather not say"), *Condition.choices]
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Only the date that belongs to the answer, and on the side of today where it can be."""
        cleaned = super().clean() or self.cleaned_data
        is_taking = cleaned.get("taking") == "yes"
        starts, began = cleaned.get("starts_on"), cleaned.get("began_on")
        if is_taking and starts is not None:
            self.add_error("starts_on", "You also chose that you take it now. Please clear this, or change the answer.")
        if cleaned.get("taking") == "no" and began is not None:
            self.add_error("began_on", "You also chose “Not yet”. Please clear this, or change the answer.")
        if starts is not None and not self.today <= starts <= self.today + FARTHEST:
            self.add_error("starts_on", "Please put today or a later day. If you have begun, choose “I take it now”.")
        if began is not None and not EARLIEST_LDN <= began <= self.today:
            self.add_error("began_on", "Please put a day that has been. Please check the year.")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """The columns of the episode."""
        cleaned = self.cleaned_data
        return {
            "already_taking": cleaned["taking"] == "yes",
            "starts_on": cleaned["starts_on"],
            "began_on": cleaned["began_on"],
            "condition": cleaned["condition"],
        }


class MainSymptomForm(forms.Form):
    """The one symptom that the treatment is about."""

    symptom = forms.ChoiceField(
        label="Which one do you and your prescriber most hope will change?",
        choices=[(symptom.key, symptom.label) for symptom in SYMPTOMS],
        initial=MAIN_SYMPTOM.key,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one."},
    )


class StrengthField(forms.CharField):
    """mg in one ml, as the label says it; cleans to a Decimal, or None where nothing was typed."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).lower().removesuffix("/ml").strip()
        if not typed:
            return None
        strength = hundredths(typed)
        if strength is None:
            raise forms.ValidationError("Please write the strength as a number of mg in one ml, such as 1 or 0.5.")
        if not MIN_STRENGTH <= strength <= MAX_STRENGTH:
            raise forms.ValidationError(f"A strength is between 0.01 and {number(MAX_STRENGTH)} mg/ml. Is this right?")
        return strength


class DetailsForm(forms.Form):
    """What a dose is made of, and what was agreed with the prescriber."""

    form = forms.ChoiceField(
        label="What did the pharmacy make?", required=False, choices=[("", "Not known yet"), *SupplyForm.choices]
    )
    capsules = forms.MultipleChoiceField(
        label="Capsules: which sizes do you have?",
        required=False,
        choices=[(f"{size:.2f}", mg_text(size)) for size in USUAL_CAPSULES],
        widget=forms.CheckboxSelectMultiple,
    )
    other_capsules = forms.CharField(label="Other sizes in mg, with commas between", required=False, max_length=60)
    mg_per_ml = StrengthField(
        label="Liquid: strength in mg/ml",
        required=False,
        max_length=20,
        help_text="From the label of the bottle. Look each time: strengths differ.",
    )
    strength_confirmed = forms.CharField(required=False, max_length=20)
    pharmacy = forms.CharField(label="Pharmacy", required=False, max_length=NAME_MAX)
    raise_words = _words("When to raise the dose, as your prescriber said")
    stop_words = _words("When to stop, as you agreed before the first dose")
    restart_words = _words("What to do after days without a dose, as your prescriber said")
    review_on = DayField("Date of the review that you agreed")
    starts_on = DayField("Planned day of the first dose")

    def __init__(self, data: Mapping[str, Any] | None = None, *, sheet: Sheet, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.sheet, self.today = sheet, today
        self.strength_question = ""
        if sheet.first_dose is not None or sheet.already_taking:
            del self.fields["starts_on"]

    def clean_other_capsules(self) -> list[Decimal]:
        """Each as a dose is read; at most six sizes."""
        typed = [part for part in self.cleaned_data["other_capsules"].replace(";", ",").split(",") if part.strip()]
        try:
            sizes = [parse_dose(part) for part in typed]
        except UnreadableDose as reason:
            raise forms.ValidationError(f"{reason} Write 0.5 with a point here, and commas between sizes.") from reason
        if len(sizes) > MOST_SIZES:
            raise forms.ValidationError("Please write six sizes or fewer.")
        return sizes

    def clean_review_on(self) -> date | None:
        """A day within three years of today."""
        return self._near(self.cleaned_data["review_on"])

    def clean_starts_on(self) -> date | None:
        """A day that is part of the episode."""
        day = self._near(self.cleaned_data["starts_on"])
        if day is not None and self.sheet.opened_on is not None and day < self.sheet.opened_on:
            raise forms.ValidationError(f"Your diary for this begins on {date_words(self.sheet.opened_on)}.")
        return day

    def _near(self, day: date | None) -> date | None:
        if day is not None and abs(day - self.today) > FARTHEST:
            raise forms.ValidationError("This is more than three years away. Please check the year.")
        return day

    def clean(self) -> dict[str, Any]:
        """A liquid has a strength, capsules have sizes, and neither has the other's."""
        cleaned = super().clean() or self.cleaned_data
        form, strength = cleaned.get("form"), cleaned.get("mg_per_ml")
        if not form and cleaned.get("pharmacy"):
            self.add_error("form", "What did it make? “Something else” is fine: without it the name is not kept.")
        if form == SupplyForm.LIQUID and strength is None and "mg_per_ml" not in self.errors:
            self.add_error("mg_per_ml", "Please type the strength from the label, in mg/ml.")
        if form != SupplyForm.LIQUID and strength is not None:
            self.add_error("form", "A strength in mg/ml belongs to a liquid. Which is right?")
        if form != SupplyForm.CAPSULES and (cleaned.get("capsules") or cleaned.get("other_capsules")):
            self.add_error("form", "Sizes belong to capsules. Which is right?")
        if form == SupplyForm.LIQUID and strength is not None:
            self._ask_about(strength)
        return cleaned

    def _ask_about(self, strength: Decimal) -> None:
        """Ask "is that what the label says?" once about a change, and about a strength that is not a usual one."""
        known = self.sheet.supply.mg_per_ml if self.sheet.supply else None
        is_odd = strength != known and (known is not None or strength not in USUAL_STRENGTHS)
        if is_odd and self.cleaned_data.get("strength_confirmed") != str(strength):
            before = f" It was {number(known)} mg/ml." if known is not None else ""
            self.strength_question = str(strength)
            self.add_error("mg_per_ml", f"{number(strength)} mg in one ml.{before} Is that what the label says?")

    @property
    def sizes(self) -> list[Decimal]:
        """Every capsule size, the usual ones and the others."""
        return [*map(Decimal, self.cleaned_data["capsules"]), *self.cleaned_data["other_capsules"]]

    @property
    def said(self) -> dict[str, Any]:
        """The columns of the episode."""
        names = ("raise_words", "stop_words", "restart_words", "review_on", "starts_on")
        said = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        if said.get("review_on") != self.sheet.review_on:
            said["reviewed_on"] = None  # another date: that review is still to come
        return said


class StopForm(forms.Form):
    """The last day, and why."""

    ended_on = DayField(
        "Last day with LDN",
        required=True,
        error_messages={"invalid": NO_SUCH_DAY, "required": "Which was the last day?"},
    )
    reason = forms.ChoiceField(
        label="Why did you stop?",
        choices=StopReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one; “Another reason” is enough."},
    )
    note = _words("In your own words, if you like")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, sheet: Sheet, today: date, last_dose: date | None
    ) -> None:
        super().__init__(data, initial={"ended_on": min(last_dose or today, today)})
        self.sheet, self.today, self.last_dose = sheet, today, last_dose

    def clean_ended_on(self) -> date:
        """A day of this episode that has been, with every recorded dose before or on it."""
        day: date = self.cleaned_data["ended_on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        if self.sheet.opened_on is not None and day < self.sheet.opened_on:
            raise forms.ValidationError(f"This is before the treatment began, on {date_words(self.sheet.opened_on)}.")
        if self.last_dose is not None and day < self.last_dose:
            raise forms.ValidationError(f"A dose is recorded on {date_words(self.last_dose)}. Please check the day.")
        return day


class PauseForm(forms.Form):
    """Why there was no dose."""

    reason = forms.CharField(
        label="Why, in your own words",
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "A word is enough."},
    )


class NextReviewForm(forms.Form):
    """The review took place; the next one, if there is a date."""

    review_on = DayField("Date of the next review, if you agreed one")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_review_on(self) -> date | None:
        """After today, within three years."""
        day: date | None = self.cleaned_data["review_on"]
        if day is not None and not timedelta(0) < day - self.today <= FARTHEST:
            raise forms.ValidationError("Please put a day after today, or leave it empty.")
        return day
