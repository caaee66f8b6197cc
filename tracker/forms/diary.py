"""One diary day as a form: five scores, the dose, a note. Every answer may stay blank."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms

from tracker.dose import UnreadableDose, dose_words, in_words, mg_text, needs_confirming, parse_dose
from tracker.models import DoseStatus, Timing, UsualDose
from tracker.models.diary import NOTE_MAX, ONE_IS_ENOUGH, REASON_MAX
from tracker.recording import Answers
from tracker.symptoms import SCORES, SYMPTOM_KEYS, SYMPTOMS, Symptom

USUAL = "usual"  # "Took 3.0 mg": what the page offered, in one tap
OFFER_FIELDS = ("usual_mg", "usual_timing")  # hidden: what the page offered
PLAIN_YES = {"on", "true", "yes", "1"}


SCORE_TEXTS = tuple(str(score) for score in SCORES)


def spoken_ends(symptom: Symptom) -> list[str]:
    """What a screen reader says of each tap instead of its number: the words at both ends, else nothing."""
    first, *middle, last = SCORE_TEXTS
    return [f"{first}, {symptom.at_zero}", *("" for _ in middle), f"{last}, {symptom.at_ten}"]


class ScoreField(forms.TypedChoiceField):
    """One symptom as eleven taps, 0 to 10, and Skip, which takes an answer back; untapped cleans to None."""

    widget = forms.RadioSelect

    def __init__(self, symptom: Symptom) -> None:
        self.symptom = symptom
        # For the template as text, which it compares and prints three times as fast as numbers.
        self.taps = [*zip(SCORE_TEXTS, spoken_ends(symptom), strict=True)]
        self.yesterday = ""  # a hint beside the row, never a value
        self.checked = ""
        super().__init__(
            label=symptom.label,
            choices=[*zip(SCORE_TEXTS, SCORES, strict=True), ("", "Skip")],
            coerce=int,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": "Choose a number from 0 to 10, or Skip."},
        )


class DoseField(forms.CharField):
    """A dose in mg as people write it; cleans to a Decimal, or None where nothing was typed."""

    def __init__(self, label: str) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=label, required=False, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        """A stored dose as a person writes it: "2.5", not "2.50"."""
        return mg_text(value).removesuffix(" mg") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_dose(typed)
        except UnreadableDose as reason:
            raise forms.ValidationError(str(reason)) from reason


@dataclass(frozen=True)
class Offer:
    """The usual dose as the page offered it, so that a later change of the setting can't change what was tapped."""

    mg: Decimal
    timing: str

    @classmethod
    def of(cls, usual: UsualDose | None) -> "Offer | None":
        """What to offer a patient with this usual dose; None without one."""
        return None if usual is None else cls(usual.amount_mg, usual.timing)

    @classmethod
    def on_page(cls, fields: Mapping[str, Any]) -> "Offer | None":
        """What the page that these fields come from had offered; None where it doesn't say."""
        mg_typed, timing = (str(fields.get(name, "")) for name in OFFER_FIELDS)
        try:
            mg = parse_dose(mg_typed)
        except UnreadableDose:
            return None
        return cls(mg, timing) if timing in Timing.values else None


class DiaryEntryForm(forms.Form):
    """The form of one diary day. ``clean`` leaves what was said in ``self.answers``."""

    dose_status = forms.ChoiceField(
        label="LDN dose",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Not recorded"), (USUAL, "Took the usual dose"), *DoseStatus.choices],
        error_messages={"invalid_choice": "Choose one of the answers, or Skip."},
    )
    dose_mg = DoseField("Amount in mg")
    dose_timing = forms.ChoiceField(
        label="When",
        required=False,
        choices=[("", "Not recorded"), *Timing.choices],
        error_messages={"invalid_choice": "Choose one of the times."},
    )
    dose_skip_reason = forms.CharField(label="Why not, if you like", required=False, max_length=REASON_MAX)
    dose_confirmed = forms.CharField(required=False, max_length=20)
    note = forms.CharField(label="A note", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    form_token = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, usual: Offer | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.usual = Offer.on_page(data or self.initial) or usual
        self.answers = Answers()
        self.dose_question = ""  # "is that right?" where an amount looks like a slip
        for symptom in SYMPTOMS:
            self.fields[symptom.key] = ScoreField(symptom)
        for field in self.score_fields:
            field.checked = self._shown(field.symptom.key)
        self.helper = FormHelper()
        self.helper.template = "tracker/diary/_answers.html"  # the fields alone: the page has the rest of the form
        self.helper.layout = Layout(
            *(Field(symptom.key, template="tracker/diary/_score.html") for symptom in SYMPTOMS),
            Field("dose_status", template="tracker/diary/_dose.html"),
            Field("note", template="tracker/diary/_note.html"),
        )

    @property
    def score_fields(self) -> list[ScoreField]:
        """The fields of the symptoms, in the model's order."""
        return [field for field in self.fields.values() if isinstance(field, ScoreField)]

    def hint_at(self, yesterday: Answers) -> None:
        """Show the day before beside each row: a hint, never a value."""
        for field, score in zip(self.score_fields, yesterday.scores, strict=True):
            field.yesterday = "" if score is None else str(score)

    def _shown(self, name: str) -> str:
        """The value that this field shows, as text: what was typed, else what is stored, else blank."""
        shown = self[name].value()
        return "" if shown is None else str(shown)

    @property
    def dose_choice(self) -> str:
        """Which dose answer is chosen as the page opens."""
        return self._shown("dose_status")

    @property
    def usual_label(self) -> str:
        """The words of the offer ("3.0 mg"); empty without one."""
        return mg_text(self.usual.mg) if self.usual else ""

    @property
    def usual_timing_label(self) -> str:
        """When the offered dose is taken, in words ("bedtime")."""
        return Timing(self.usual.timing).label.lower() if self.usual else ""

    @property
    def note_most(self) -> int:
        """The most characters that a note can have."""
        return NOTE_MAX

    @property
    def asks(self) -> bool:
        """Whether the page asks "is that right?" about the amount that was typed."""
        return bool(self.dose_question)

    def clean_version(self) -> int:
        """The version of the day that this form was opened on; 0 where it doesn't say."""
        version = self.cleaned_data["version"]
        return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0

    def clean_note(self) -> str:
        """The note without outer blanks; browsers count a line end as one character, so we do too."""
        note: str = self.cleaned_data["note"].replace("\r\n", "\n")
        if len(note) > NOTE_MAX:
            raise forms.ValidationError(
                f"This note has {len(note):,} characters. Please shorten it to {NOTE_MAX:,} or fewer."
            )
        return note

    def clean(self) -> dict[str, Any]:
        """Read the dose as a whole and refuse a day that says nothing."""
        cleaned = super().clean() or self.cleaned_data
        status, mg, timing = self._dose(cleaned)
        self.answers = Answers(
            scores=tuple(cleaned.get(symptom.key) for symptom in SYMPTOMS),
            dose_status=status,
            dose_mg=mg,
            dose_timing=timing,
            dose_skip_reason=cleaned.get("dose_skip_reason", "") if status == DoseStatus.SKIPPED else "",
            note=cleaned.get("note", ""),
        )
        if not self.errors and self.answers.is_blank:
            raise forms.ValidationError(ONE_IS_ENOUGH, code="blank")
        return cleaned

    def _dose(self, cleaned: Mapping[str, Any]) -> tuple[str, Decimal | None, str]:
        """(status, mg, timing) as meant; adds an error where two answers contradict each other."""
        status, mg, timing = (cleaned.get(name) for name in ("dose_status", "dose_mg", "dose_timing"))
        if status == USUAL:
            return self._usual_dose(mg, timing)
        if status == DoseStatus.SKIPPED:
            if mg is not None:
                self.add_error("dose_mg", "You also chose “Did not take it”. Which is right?")
            return DoseStatus.SKIPPED, None, ""
        is_skip = "dose_status" in self.data and not status  # Skip was chosen; untouched, it is not sent at all
        if is_skip and mg is not None:
            self.add_error("dose_mg", "You also chose Skip. Clear the amount to leave the dose blank.")
        elif status == DoseStatus.TAKEN or mg is not None:  # an amount that was typed was taken
            if mg is not None:
                self._ask_about(mg, cleaned)
            return DoseStatus.TAKEN, mg, timing or ""
        elif not is_skip and (timing or cleaned.get("dose_skip_reason")):
            self.add_error("dose_status", "Please also say whether you took it.")
        return "", None, ""

    def _usual_dose(self, mg: Decimal | None, timing: str | None) -> tuple[str, Decimal | None, str]:
        """What was tapped as "Took 3.0 mg": the amount that the page showed, never a later setting."""
        if self.usual is None or Offer.on_page(self.data) is None:
            self.add_error("dose_status", "Please choose the dose once more.")
            return "", None, ""
        if mg is not None and mg != self.usual.mg:
            self.add_error("dose_mg", f"You also chose “Took {mg_text(self.usual.mg)}”. Which is right?")
        if timing and timing != self.usual.timing:
            usual = f"“Took {mg_text(self.usual.mg)}”, {self.usual_timing_label}"
            self.add_error("dose_timing", f"You also chose {usual}. Which is right?")
        return DoseStatus.TAKEN, self.usual.mg, self.usual.timing

    def _ask_about(self, mg: Decimal, cleaned: Mapping[str, Any]) -> None:
        """Ask "is that right?" once about an amount that looks like a slip."""
        said = cleaned.get("dose_confirmed", "")
        if needs_confirming(mg, self.usual.mg if self.usual else None) and not is_yes_to(mg, said):
            self.dose_question = f"{mg_text(mg)}: {in_words(mg)}. Is that right?"
            self.add_error("dose_mg", self.dose_question)


def is_yes_to(mg: Decimal, said: str) -> bool:
    """Whether this is a yes to this very amount: the tick carries it, so that a yes to 6 mg is no yes to 12 mg."""
    return said.lower() in PLAIN_YES or said == str(mg)


def answers_in_words(answers: Answers) -> list[tuple[str, str, str]]:
    """(key, label, words) of every answer of a day; no words where not answered."""
    scores = [
        (symptom.key, symptom.label, "" if score is None else str(score))
        for symptom, score in zip(SYMPTOMS, answers.scores, strict=True)
    ]
    timing = Timing(answers.dose_timing).label.lower() if answers.dose_timing else ""
    dose = dose_words(answers.dose_status, answers.dose_mg, timing)
    reason = f" ({answers.dose_skip_reason})" if answers.dose_skip_reason else ""
    return [*scores, ("dose", "LDN dose", dose + reason), ("note", "Note", answers.note)]


def initial_of(answers: Answers, version: int, usual: Offer | None) -> dict[str, Any]:
    """What the form shows of a stored day (version 0: none); a dose that equals the offer is the offer.

    An amount that was kept has been said yes to: another note on its day asks nothing.
    """
    mg, usual_mg = answers.dose_mg, usual.mg if usual else None
    is_usual = usual is not None and (mg, answers.dose_timing) == (usual.mg, usual.timing)
    dose = {"dose_status": answers.dose_status, "dose_mg": mg, "dose_timing": answers.dose_timing}
    return {
        **dict(zip(SYMPTOM_KEYS, answers.scores, strict=True)),
        **({"dose_status": USUAL} if is_usual else dose),
        "dose_skip_reason": answers.dose_skip_reason,
        "dose_confirmed": mg if mg is not None and needs_confirming(mg, usual_mg) else "",
        "note": answers.note,
        "version": version,
    }
