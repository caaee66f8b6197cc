"""The plan as a form: rows of date, dose and time of day, and the two ways of leaving it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from tracker.dose import mg_text
from tracker.models import Timing
from tracker.models.treatment import WORDS_MAX
from tracker.plan import PlannedDose, Step
from tracker.plan_text import date_words, digest_text, step_words
from tracker.schedules import SCHEDULES
from tracker.sheet import Sheet
from tracker.supply import capsules_for

from .dose import DoseField

MOST_STEPS = 12
ROWS = 4  # to begin with
FARTHEST = timedelta(days=3 * 365)
NO_SUCH_DAY = "There is no such day. Please write day, month and year, such as 11/09/2026."
PASSED = "This day has passed. A plan counts from today on: for the dose that you take now, put today."
TIMING_CHOICES = [("", "when"), *Timing.choices]


class DayField(forms.DateField):
    """A date as phones send it, or as people here write it."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        kwargs = {"required": False, "error_messages": {"invalid": NO_SUCH_DAY}, **kwargs}
        super().__init__(
            label=label,
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"],
            widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
            **kwargs,
        )


class StepForm(forms.Form):
    """One row: from when, how much, when on the day; and a second dose where the day's dose is split."""

    on = DayField("From")
    mg = DoseField("Dose in mg")
    timing = forms.ChoiceField(label="When", required=False, choices=TIMING_CHOICES)
    second_mg = DoseField("Second dose that day, in mg")
    second_timing = forms.ChoiceField(label="When", required=False, choices=TIMING_CHOICES)

    @property
    def has_second(self) -> bool:
        """Whether a second dose is on this row: then it is shown open."""
        return bool(self["second_mg"].value() or self["second_timing"].value() or self["second_mg"].errors)

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty; each dose has its time of day."""
        cleaned = super().clean() or self.cleaned_data
        said = [name for name in ("on", "mg", "second_mg") if cleaned.get(name) is not None]
        if not said:
            return cleaned
        if cleaned.get("on") is None and "on" not in self.errors:
            self.add_error("on", "From which day?")
        if cleaned.get("mg") is None and "mg" not in self.errors:
            self.add_error("mg", "How many mg?")
        for mg, timing in (("mg", "timing"), ("second_mg", "second_timing")):
            if cleaned.get(mg) is not None and not cleaned.get(timing):
                self.add_error(timing, "When on the day?")
        return cleaned

    @property
    def step(self) -> Step | None:
        """What this row says; None where it is empty or has errors."""
        said = self.cleaned_data if self.is_valid() else {}
        if not said.get("on") or said.get("mg") is None:
            return None
        doses = [PlannedDose(said["mg"], said["timing"])]
        if said.get("second_mg") is not None:
            doses.append(PlannedDose(said["second_mg"], said["second_timing"]))
        return Step(said["on"], tuple(doses))


class PlanForm:
    """Up to twelve rows and why; valid only as a whole. Nothing of it is stored before it was read and confirmed."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, sheet: Sheet, today: date, steps: Sequence[Step] = ()
    ) -> None:
        self.data, self.sheet, self.today = data, sheet, today
        self.rows = [
            StepForm(data, prefix=f"step{number}", initial=_initial(steps[number]) if number < len(steps) else {})
            for number in range(_row_count(data, steps))
        ]
        self.words = WordsForm(data)
        self.errors: list[str] = []  # of the plan as a whole
        self.steps: list[Step] = []

    @property
    def may_grow(self) -> bool:
        """Whether another row can be asked for."""
        return len(self.rows) < MOST_STEPS

    def is_valid(self) -> bool:
        """Whether these rows are a plan; else the errors stand beside their fields."""
        rows = [(row, row.step) for row in self.rows]
        if not self.words.is_valid() or any(row.errors for row in self.rows):
            return False
        told = [(row, step) for row, step in rows if step is not None]
        if not told:
            self.errors.append("Please write at least one step: from which day, how many mg, and when.")
            return False
        last: Step | None = None
        for row, step in told:
            self._check(row, step, last)
            last = step
        self.steps = [step for _, step in told]
        return not any(row.errors for row in self.rows)

    def _check(self, row: StepForm, step: Step, last: Step | None) -> None:
        """One step by itself and after the one before it."""
        starts = self.sheet.starts_on if self.sheet.first_dose is None else None
        if step.on < self.today:
            row.add_error("on", PASSED)
        elif step.on > self.today + FARTHEST:
            row.add_error("on", "This is more than three years away. Please check the year.")
        elif starts is not None and step.on < starts:
            row.add_error("on", f"Your first dose is planned for {date_words(starts)}. A step can’t be before it.")
        elif last is not None and step.on == last.on:
            row.add_error("on", "There is a step on this day already. For two doses a day, use “second dose”.")
        elif last is not None and step.on < last.on:
            row.add_error("on", f"This is before {date_words(last.on)}. Please put the steps in order.")
        capsules = self.sheet.supply.capsules_mg if self.sheet.supply else ()
        for name, dose in zip(("mg", "second_mg"), step.doses, strict=False):
            if capsules and capsules_for(dose.mg, capsules) is None:
                sizes = " and ".join(mg_text(size) for size in capsules)
                row.add_error(name, f"{mg_text(dose.mg)} can’t be made of capsules of {sizes}.")
        if step.mg > Decimal(15):
            row.add_error("second_mg", "Both doses together are more than 15 mg. Is a decimal point missing?")


class WordsForm(forms.Form):
    """Why the plan is what it is, as the prescriber said."""

    words = forms.CharField(
        label="What your prescriber said about it, if you like",
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _row_count(data: Mapping[str, Any] | None, steps: Sequence[Step]) -> int:
    """Rows to show: as many as were sent (two more where they were asked for), else all steps and a free one."""
    if data is None:
        return min(max(ROWS, len(steps) + 1), MOST_STEPS)
    sent = sum(f"step{number}-on" in data for number in range(MOST_STEPS))
    return min(max(ROWS, sent + (2 if "more" in data else 0)), MOST_STEPS)


def _initial(step: Step) -> dict[str, Any]:
    second = step.doses[1] if len(step.doses) > 1 else None
    return {
        "on": step.on,
        "mg": step.doses[0].mg,
        "timing": step.doses[0].timing,
        "second_mg": second.mg if second else None,
        "second_timing": second.timing if second else "",
    }


class ScheduleForm(forms.Form):
    """Fills the rows of the plan from one of a few schedules; nothing is chosen beforehand."""

    schedule = forms.ChoiceField(
        label="Fill in from a common schedule",
        choices=[("", "Choose one"), *((each.key, each.label) for each in SCHEDULES)],
        error_messages={"required": "Please choose one.", "invalid_choice": "Please choose one of these."},
    )
    first = DayField(
        "Day of the first dose", required=True, error_messages={"invalid": NO_SUCH_DAY, "required": "From which day?"}
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_first(self) -> date:
        """A day that can still be planned."""
        first: date = self.cleaned_data["first"]
        if first < self.today:
            raise forms.ValidationError(PASSED)
        if first > self.today + FARTHEST:
            raise forms.ValidationError("This is more than three years away. Please check the year.")
        return first


class HoldForm(WordsForm):
    """Stay on this dose: for some weeks, or until told otherwise."""

    weeks = forms.TypedChoiceField(
        label="For how long?",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "Until I am told otherwise"), *((n, f"{n} week{'s' * (n > 1)}") for n in (1, 2, 3, 4, 6, 8, 12))],
    )
    field_order = ("weeks", "words")


class BackForm(WordsForm):
    """Back to an earlier dose: one of those that were planned or taken before."""

    dose = forms.ChoiceField(label="Back to which dose?", error_messages={"required": "Please choose a dose."})
    field_order = ("dose", "words")

    def __init__(self, data: Mapping[str, Any] | None = None, *, earlier: Sequence[Step]) -> None:
        super().__init__(data)
        self.earlier = {digest_text([step._replace(on=date.min)]): step for step in earlier}
        choice: Any = self.fields["dose"]
        choice.choices = [("", "Choose one"), *((key, step_words(step)) for key, step in self.earlier.items())]

    @property
    def chosen(self) -> Step:
        """The step that was chosen; its date is that of long ago."""
        return self.earlier[self.cleaned_data["dose"]]
