"""A patient's settings: zone, day end, usual dose, light or dark."""

from datetime import time
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from django import forms

from ldnapp.people.models import LATEST_DAY_END, Patient, Theme
from ldnapp.people.zones import canonical_zone, named_zones
from tracker.dose import mg_text, needs_confirming
from tracker.forms.diary import DoseField, is_yes_to
from tracker.models import Timing, UsualDose


def day_ends() -> list[tuple[str, str]]:
    """The hours at which a day may end, midnight to noon."""
    hours = [time(hour) for hour in range(LATEST_DAY_END.hour + 1)]
    return [(f"{end:%H:%M}", "midnight" if end.hour == 0 else f"{end:%H:%M}") for end in hours]


def zones_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """All named zones, grouped as ("Europe", [("Europe/London", "London"), …])."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in named_zones():
        region, _, place = name.partition("/")
        regions.setdefault(region, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return list(regions.items())


class ZoneField(forms.ChoiceField):
    """A time zone that is named after a place; an old name becomes today's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=zones_by_region, **kwargs)

    def to_python(self, value: Any) -> str:
        return canonical_zone(super().to_python(value))


class SettingsForm(forms.Form):
    """Everything on /settings/."""

    time_zone = ZoneField(label="Time zone", help_text="Days you have written keep their dates.")
    day_end = forms.TypedChoiceField(
        label="My day ends at",
        choices=day_ends,
        coerce=time.fromisoformat,
        help_text="Up to this time, what you write late in the night still counts for the day before: "
        "with 03:00, a dose at 00:20 on Wednesday counts as Tuesday.",
    )
    usual_mg = DoseField("My usual LDN dose, in mg")
    usual_timing = forms.ChoiceField(label="When I take it", choices=Timing.choices, initial=Timing.BEDTIME)
    usual_confirmed = forms.BooleanField(label="Yes, this dose is right", required=False)
    theme = forms.ChoiceField(
        label="Light or dark", required=False, choices=[("", "As my phone"), *Theme.choices], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = False
        self.fields["usual_mg"].help_text = (
            "As your prescriber decided. The diary offers it in one tap. Leave it empty before your first dose. "
            "Changing it changes no day that you have written."
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.field_template = "components/field.html"  # the error stands above the input
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        """The fields in their groups; the tick appears once the dose was asked about."""
        dose = [
            "usual_mg",
            *(["usual_confirmed"] if "usual_confirmed" in self.data or self.asks else []),
            "usual_timing",
        ]
        return Layout(
            Fieldset("My days", "time_zone", "day_end"),
            Fieldset("My LDN", *dose),
            Fieldset("Display", Field("theme")),
            Div(Submit("save", "Save settings"), css_class="mt-3"),
        )

    def clean(self) -> dict[str, Any]:
        """Ask once about a usual dose that looks like a slip, unless it is the present one."""
        cleaned = super().clean() or self.cleaned_data
        mg = cleaned.get("usual_mg")
        if mg is not None and mg != self.initial.get("usual_mg") and needs_confirming(mg, None):
            self._ask_about(mg)
        return cleaned

    def _ask_about(self, mg: Decimal) -> None:
        """Ask "is that right?" unless the tick was given to this very amount, which it carries."""
        self.fields["usual_confirmed"].widget.attrs["value"] = str(mg)
        if is_yes_to(mg, self.data.get("usual_confirmed", "")):
            return
        self.asks = True
        self.data = {name: value for name, value in self.data.items() if name != "usual_confirmed"}
        self.helper.layout = self._layout()
        self.add_error("usual_mg", f"{mg_text(mg)} is more than 4.5 mg. Is that right?")


def initial_settings(patient: Patient, usual: UsualDose | None) -> dict[str, Any]:
    """The settings as they are."""
    return {
        "time_zone": patient.time_zone,
        "day_end": f"{patient.day_end:%H:%M}",
        "usual_mg": usual.amount_mg if usual else None,
        "usual_timing": usual.timing if usual else Timing.BEDTIME,
        "theme": patient.user.theme,
    }
