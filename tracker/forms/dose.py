"""The dose of a day as a form: the planned one in a tap, another one, split, in mg or in ml, or none."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tracker.answers import Answers, TakenDose
from tracker.claims import claim
from tracker.dose import (
    MAX_MG,
    MIN_MG,
    UnreadableDose,
    in_words,
    mg_text,
    needs_confirming,
    parse_dose,
    parse_ml,
)
from tracker.models import DoseStatus, Timing
from tracker.models.diary import REASON_MAX
from tracker.plan import MOST_DOSES
from tracker.sheet import Sheet
from tracker.supply import mg_of, number

from .offer import OFFERS, USUAL, YESTERDAY, Offer

NO_STRENGTH = "To write ml, the strength of your bottle is needed: see Treatment, “What the pharmacy made”."
PLAIN_YES = {"on", "true", "yes", "1"}
DOSE_CHOICES = [
    ("", "Not recorded"),
    (USUAL, "Took the planned dose"),
    (YESTERDAY, "Took the same as yesterday"),
    *DoseStatus.choices,
]


class DoseField(forms.CharField):
    """A dose in mg as people write it; cleans to a Decimal, or None where nothing was typed."""

    def __init__(self, label: str) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, required=False, widget=widget)
        self.read: Callable[[str], Decimal] = parse_dose  # parse_ml while the amount is told in ml

    def prepare_value(self, value: Any) -> Any:
        """A stored dose as a person writes it: "2.5", not "2.50"."""
        return mg_text(value).removesuffix(" mg") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return self.read(typed)
        except UnreadableDose as reason:
            raise forms.ValidationError(str(reason)) from reason


class DoseForm(forms.Form):
    """The part of a diary day that is about the dose."""

    dose_status = forms.ChoiceField(
        label="LDN dose",
        required=False,
        widget=forms.RadioSelect,
        choices=DOSE_CHOICES,
        error_messages={"invalid_choice": "Choose one of the answers, or Skip."},
    )
    dose_mg = DoseField("Amount in mg")
    dose_unit = forms.ChoiceField(required=False, choices=[("", ""), ("mg", "mg"), ("ml", "ml")])
    dose_strength = forms.CharField(required=False, max_length=10)  # of the bottle, as the page showed it
    dose_timing = forms.ChoiceField(
        label="When",
        required=False,
        choices=[("", "Not recorded"), *Timing.choices],
        error_messages={"invalid_choice": "Choose one of the times."},
    )
    dose_skip_reason = forms.CharField(label="Why not, if you like", required=False, max_length=REASON_MAX)
    dose_confirmed = forms.CharField(required=False, max_length=20)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        usual: Offer | None = None,
        sheet: Sheet | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.usual = Offer.on_page(data or self.initial) or usual
        self.same = Offer.on_page(data or self.initial, YESTERDAY)
        self.sheet = sheet or Sheet()
        self.dose_question = ""  # "is that right?" where an amount looks like a slip
        self._add_doses()

    def _add_doses(self) -> None:
        """The further doses of a split day; and amounts in ml where they are told so."""
        for slot in range(2, MOST_DOSES + 1):
            self.fields[f"dose_mg_{slot}"] = DoseField(f"Dose {slot}")
            self.fields[f"dose_timing_{slot}"] = forms.ChoiceField(
                label="When", required=False, choices=[("", "Not recorded"), *Timing.choices]
            )
        if self.is_ml:
            for slot in range(1, MOST_DOSES + 1):
                amount: Any = self.fields[amount_name(slot)]
                amount.read = parse_ml

    def _shown(self, name: str) -> str:
        """The value that this field shows, as text: what was typed, else what is stored, else blank."""
        shown = self[name].value()
        return "" if shown is None else str(shown)

    @property
    def dose_choice(self) -> str:
        """Which dose answer is chosen as the page opens."""
        return self._shown("dose_status")

    @property
    def asks(self) -> bool:
        """Whether the page asks "is that right?" about the amount that was typed."""
        return bool(self.dose_question)

    @property
    def strength(self) -> Decimal | None:
        """mg in one ml: of the bottle that the page showed, else of the day's own, else of the present one."""
        try:
            return parse_dose(self._shown("dose_strength"))
        except UnreadableDose:
            return self.sheet.supply.mg_per_ml if self.sheet.supply else None

    @property
    def is_ml(self) -> bool:
        """Whether the amounts are told in ml."""
        return self._shown("dose_unit") == "ml"

    @property
    def strength_words(self) -> str:
        """ "5 mg/ml"; empty where no strength is known."""
        return f"{number(self.strength)} mg/ml" if self.strength is not None else ""

    @property
    def more_doses(self) -> list[tuple[Any, Any]]:
        """The bound (amount, timing) of each further dose."""
        return [(self[amount_name(slot)], self[timing_name(slot)]) for slot in range(2, MOST_DOSES + 1)]

    @property
    def more_doses_html(self) -> SafeString:
        """The rows of the further doses. Empty ones are the same for everyone, and made once."""
        return more_doses_html(self.more_doses) if self.has_more_doses else empty_doses()

    @property
    def has_more_doses(self) -> bool:
        """Whether a further dose is written or wrong: then its row is open."""
        names = [name(slot) for name in (amount_name, timing_name) for slot in range(2, MOST_DOSES + 1)]
        shown = self.data if self.is_bound else self.initial
        return any(shown.get(name) for name in names)

    def read_dose(self, cleaned: Mapping[str, Any]) -> tuple[str, tuple[TakenDose, ...]]:
        """(status, doses) as meant; adds an error where two answers contradict each other."""
        status, timing = cleaned.get("dose_status"), cleaned.get("dose_timing")
        typed = [slot for slot in range(1, MOST_DOSES + 1) if cleaned.get(amount_name(slot)) is not None]
        if status in OFFERS:
            return self._offered_dose(self.usual if status == USUAL else self.same, status, cleaned)
        if status == DoseStatus.SKIPPED:
            if typed:
                self.add_error(amount_name(typed[0]), "You also chose “Did not take it”. Which is right?")
            return DoseStatus.SKIPPED, ()
        is_skip = "dose_status" in self.data and not status  # Skip was chosen; untouched, it is not sent at all
        if is_skip and typed:
            self.add_error(amount_name(typed[0]), "You also chose Skip. Clear the amount to leave the dose blank.")
        elif status == DoseStatus.TAKEN or typed:  # an amount that was typed was taken
            return DoseStatus.TAKEN, self._typed_doses(typed, cleaned)
        elif not is_skip and (timing or cleaned.get("dose_skip_reason")):
            self.add_error("dose_status", "Please also say whether you took it.")
        return "", ()

    def _typed_doses(self, typed: Sequence[int], cleaned: Mapping[str, Any]) -> tuple[TakenDose, ...]:
        """The doses that were typed, asked about where they look like a slip; one without an amount where none was."""
        if not typed:
            return (TakenDose(None, cleaned.get("dose_timing") or ""),)
        doses = tuple(
            self._taken(cleaned[amount_name(slot)], cleaned.get(timing_name(slot)) or "", slot) for slot in typed
        )
        self._ask_about(sum((dose.mg for dose in doses if dose.mg is not None), Decimal(0)), cleaned)
        return doses

    def _taken(self, amount: Decimal, timing: str, slot: int) -> TakenDose:
        """One dose in mg, whether it was told in mg or in ml."""
        if self.cleaned_data.get("dose_unit") != "ml":
            return TakenDose(amount, timing)
        strength = self.strength
        if strength is None:
            self.add_error(amount_name(slot), NO_STRENGTH)
            return TakenDose(None, timing)
        mg = mg_of(amount, strength)
        if not MIN_MG <= mg <= MAX_MG:
            self.add_error(
                amount_name(slot), f"{number(amount)} ml at {number(strength)} mg/ml is {mg} mg. Please check."
            )
        return TakenDose(mg, timing, amount, strength)

    def _offered_dose(
        self, offer: Offer | None, status: str, cleaned: Mapping[str, Any]
    ) -> tuple[str, tuple[TakenDose, ...]]:
        """What was tapped as "Took 3.0 mg": the amount that the page showed, never a later plan."""
        if offer is None or Offer.on_page(self.data, status) is None:
            self.add_error("dose_status", "Please choose the dose once more.")
            return "", ()
        mg, timing = cleaned.get("dose_mg"), cleaned.get("dose_timing")
        chose = f"You also chose “Took {offer.label}”"
        if mg is not None and (mg != offer.mg or cleaned.get("dose_unit") == "ml"):
            self.add_error("dose_mg", f"{chose}. Which is right?")
        if timing and timing != offer.timing:
            self.add_error("dose_timing", f"{chose}, {offer.timing_label}. Which is right?")
        return DoseStatus.TAKEN, offer.doses

    def _ask_about(self, mg: Decimal, cleaned: Mapping[str, Any]) -> None:
        """Ask "is that right?" once about a day's dose that looks like a slip; above 15 mg it can't be kept."""
        said = cleaned.get("dose_confirmed", "")
        if mg > MAX_MG:
            self.add_error(
                "dose_mg", f"Together {mg_text(mg)}: more than 15 mg can’t be kept here. {claim('over-15').text}"
            )
        elif needs_confirming(mg, self.usual.total if self.usual else None) and not is_yes_to(mg, said):
            self.dose_question = f"{mg_text(mg)}: {in_words(mg)}. Is that right?"
            self.add_error("dose_mg", self.dose_question)


def more_doses_html(doses: Sequence[tuple[Any, Any]]) -> SafeString:
    """These further doses as rows."""
    return render_to_string("tracker/diary/_more_doses.html", {"doses": doses})


@cache
def empty_doses() -> SafeString:
    """The rows of a day with one dose: nobody's answers are in it, so it can be kept."""
    return more_doses_html(DoseForm().more_doses)


def is_yes_to(mg: Decimal, said: str) -> bool:
    """Whether this is a yes to this very amount: the tick carries it, so that a yes to 6 mg is no yes to 12 mg."""
    return said.lower() in PLAIN_YES or said == str(mg)


def dose_initial(answers: Answers) -> dict[str, Any]:
    """The doses of a day as they were typed: in ml at the strength of that day, or in mg."""
    said: dict[str, Any] = {"dose_status": answers.dose_status}
    is_ml = any(dose.ml is not None for dose in answers.doses)
    if is_ml:
        strength = next(dose.mg_per_ml for dose in answers.doses if dose.mg_per_ml is not None)
        said |= {"dose_unit": "ml", "dose_strength": str(strength)}
    for slot, dose in enumerate(answers.doses or (TakenDose(None),), start=1):
        said |= {amount_name(slot): dose.ml if is_ml else dose.mg, timing_name(slot): dose.timing}
    return said


def amount_name(slot: int) -> str:
    """The name of the amount of one dose of the day."""
    return "dose_mg" if slot == 1 else f"dose_mg_{slot}"


def timing_name(slot: int) -> str:
    """The name of its time of day."""
    return "dose_timing" if slot == 1 else f"dose_timing_{slot}"
