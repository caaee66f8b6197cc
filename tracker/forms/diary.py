"""One diary day as a form: five scores, the dose, a note. Every answer may stay blank."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms

from tracker.answers import Answers
from tracker.dose import needs_confirming
from tracker.effects import effects_words
from tracker.models import DoseStatus
from tracker.models.diary import NOTE_MAX, ONE_IS_ENOUGH
from tracker.sheet import MedicineFacts, Sheet
from tracker.symptoms import SCORES, SYMPTOM_KEYS, SYMPTOMS, Symptom

from . import beside
from .beside import BesideForm
from .dose import DoseForm, dose_initial
from .offer import USUAL, Offer

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


class DiaryEntryForm(DoseForm, BesideForm):
    """The form of one diary day. ``clean`` leaves what was said in ``self.answers``."""

    note = forms.CharField(label="A note", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    form_token = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        usual: Offer | None = None,
        sheet: Sheet | None = None,
        day: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, usual=usual, sheet=sheet, **kwargs)
        self.day = day
        self.answers = Answers()
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

    @property
    def note_most(self) -> int:
        """The most characters that a note can have."""
        return NOTE_MAX

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
        status, doses = self.read_dose(cleaned)
        self.answers = Answers(
            scores=tuple(cleaned.get(symptom.key) for symptom in SYMPTOMS),
            dose_status=status,
            doses=doses,
            dose_skip_reason=cleaned.get("dose_skip_reason", "") if status == DoseStatus.SKIPPED else "",
            note=cleaned.get("note", ""),
            **self.read_beside(),
        )
        if not self.errors and self.answers.is_blank:
            raise forms.ValidationError(ONE_IS_ENOUGH, code="blank")
        return cleaned


def answers_in_words(answers: Answers, medicines: Sequence[MedicineFacts] = ()) -> list[tuple[str, str, str]]:
    """(key, label, words) of every answer of a day; no words where not answered."""
    scores = [
        (symptom.key, symptom.label, "" if score is None else str(score))
        for symptom, score in zip(SYMPTOMS, answers.scores, strict=True)
    ]
    reason = f" ({answers.dose_skip_reason})" if answers.dose_skip_reason else ""
    names = {each.pk: each.name for each in medicines}
    ticked = ", ".join(names.get(pk, "a medicine") for pk in answers.as_needed)
    return [
        *scores,
        ("dose", "LDN dose", answers.dose_words + reason),
        ("side_effects", "Side effects", effects_words(answers.side_effects)),
        ("as_needed", "Taken when needed", ticked),
        ("note", "Note", answers.note),
    ]


def initial_of(answers: Answers, version: int, usual: Offer | None) -> dict[str, Any]:
    """What the form shows of a stored day (version 0: none); a dose that equals the offer is the offer.

    An amount that was kept has been said yes to: another note on its day asks nothing.
    """
    mg, planned = answers.dose_mg, usual.total if usual else None
    is_usual = usual is not None and answers.doses == usual.doses
    return {
        **dict(zip(SYMPTOM_KEYS, answers.scores, strict=True)),
        **({"dose_status": USUAL} if is_usual else dose_initial(answers)),
        "dose_skip_reason": answers.dose_skip_reason,
        "dose_confirmed": mg if mg is not None and needs_confirming(mg, planned) else "",
        "note": answers.note,
        "version": version,
        **beside.initial_of(answers.side_effects, answers.as_needed),
    }
