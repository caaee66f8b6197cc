"""A patient's settings: zone, day end, country, light or dark."""

from datetime import time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from django import forms

from ldnapp.people.countries import COUNTRIES
from ldnapp.people.models import LATEST_DAY_END, Patient, Theme
from ldnapp.people.zones import canonical_zone, named_zones


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
    country = forms.ChoiceField(
        label="Country", choices=COUNTRIES, help_text="Its help lines stand first under “Get help now”."
    )
    theme = forms.ChoiceField(
        label="Light or dark", required=False, choices=[("", "As my phone"), *Theme.choices], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.field_template = "components/field.html"  # the error stands above the input
        self.helper.layout = Layout(
            Fieldset("My days", "time_zone", "day_end"),
            Fieldset("My country", "country"),
            Fieldset("Display", Field("theme")),
            Div(Submit("save", "Save settings"), css_class="mt-3"),
        )


def initial_settings(patient: Patient) -> dict[str, Any]:
    """The settings as they are."""
    return {
        "time_zone": patient.time_zone,
        "day_end": f"{patient.day_end:%H:%M}",
        "country": patient.country,
        "theme": patient.user.theme,
    }
