"""The form of one diary day: every field's good and bad input, and what the whole comes to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.answers import Answers, TakenDose
from tracker.dose import MAX_MG, MIN_MG
from tracker.effects import EFFECTS, OTHER, Severity, SideEffect, SideEffects, to_json
from tracker.forms.beside import is_beside
from tracker.forms.diary import DiaryEntryForm, answers_in_words, initial_of
from tracker.forms.offer import Offer
from tracker.models import Timing
from tracker.models.diary import NOTE_MAX, ONE_IS_ENOUGH, REASON_MAX
from tracker.plan import PlannedDose
from tracker.sheet import MedicineFacts, Sheet, SupplyFacts
from tracker.symptoms import SYMPTOM_KEYS, SYMPTOMS

THREE = Offer(Decimal("3.00"), "bedtime")
ON_PAGE = {"usual_mg": "3.00", "usual_timing": "bedtime"}
NO_SCORE = "Choose a number from 0 to 10, or Skip."


def filled(usual: Offer | None = None, /, **fields: Any) -> DiaryEntryForm:
    """A form that was sent with these fields, and was looked at."""
    form = DiaryEntryForm({name: str(value) for name, value in fields.items()}, usual=usual)
    form.is_valid()
    return form


def said(usual: Offer | None = None, /, **fields: Any) -> Answers:
    """What a form that is accepted says."""
    form = filled(usual, **fields)
    assert not form.errors
    return form.answers


def dose(usual: Offer | None = None, /, **fields: Any) -> tuple[str, Decimal | None, str, str]:
    """The dose that an accepted form says: status, mg, timing, why not."""
    answers = said(usual, pain=5, **fields)
    return answers.dose_status, answers.dose_mg, answers.dose_timing, answers.dose_skip_reason


@pytest.mark.parametrize("key", SYMPTOM_KEYS)
@pytest.mark.parametrize("score", range(11))
def test_every_score_of_every_symptom_is_kept(key: str, score: int) -> None:
    """P39: 0 is an answer as good as any; the other symptoms stay blank."""
    answers = said(**{key: score})
    assert dict(zip(SYMPTOM_KEYS, answers.scores, strict=True)) == {**dict.fromkeys(SYMPTOM_KEYS), key: score}


@pytest.mark.parametrize("key", SYMPTOM_KEYS)
@pytest.mark.parametrize(
    "typed", ["11", "-1", "5.5", "5,5", "５", "٥", "a", "05", "+5", "1e0", " 5", "5\x00", "9" * 10_000]
)
def test_what_is_no_score_is_refused_beside_its_field(key: str, typed: str) -> None:
    """Nothing is rounded or guessed, and no other answer is lost with it."""
    form = filled(**{key: typed, "note": "Long walk."})
    assert form.errors == {key: [NO_SCORE]}
    assert form["note"].value() == "Long walk."


def test_a_day_that_says_nothing_is_refused() -> None:
    """P38: untouched is never an answer, and a page of blanks is no day."""
    blanks = dict.fromkeys((*SYMPTOM_KEYS, "dose_status", "dose_mg", "dose_timing", "note"), "")
    for form in (filled(), filled(**blanks), filled(**blanks, **ON_PAGE), filled(note=" \n ")):
        assert form.non_field_errors() == [ONE_IS_ENOUGH]


@pytest.mark.parametrize(
    "answer", [*({key: "0"} for key in SYMPTOM_KEYS), {"dose_status": "skipped"}, {"dose_mg": "3"}, {"note": "x"}]
)
def test_one_answer_is_enough(answer: dict[str, str]) -> None:
    said(**answer)


def test_a_note_of_2000_characters_is_kept_and_one_more_is_counted_aloud() -> None:
    """However the browser ends its lines."""
    longest = "ab\n" * 666 + "é🙂"
    assert len(longest) == NOTE_MAX
    assert said(note=longest.replace("\n", "\r\n")).note == longest
    form = filled(note="x" + longest)
    assert form.errors == {"note": ["This note has 2,001 characters. Please shorten it to 2,000 or fewer."]}
    assert form["note"].value() == "x" + longest


@pytest.mark.parametrize("note", ["<b>a & b</b>", "=1+1", "-3", "שלום", "line\nline", "{{ note }} {% x %}", "'; --"])
def test_a_note_is_kept_as_it_was_written(note: str) -> None:
    assert said(note=note).note == note


def test_a_note_with_a_null_character_is_refused_beside_its_field() -> None:
    """PostgreSQL can't store one."""
    assert list(filled(note="a\x00b").errors) == ["note"]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, ("", None, "", "")),
        ({"dose_status": "taken"}, ("taken", None, "", "")),
        ({"dose_status": "taken", "dose_mg": "1,5"}, ("taken", Decimal("1.50"), "", "")),
        ({"dose_status": "taken", "dose_timing": "other"}, ("taken", None, "other", "")),
        (
            {"dose_status": "taken", "dose_mg": "1.5", "dose_timing": "morning"},
            ("taken", Decimal("1.5"), "morning", ""),
        ),
        ({"dose_mg": "1.5"}, ("taken", Decimal("1.5"), "", "")),
        ({"dose_mg": "1.5", "dose_timing": "morning"}, ("taken", Decimal("1.5"), "morning", "")),
        ({"dose_status": "skipped"}, ("skipped", None, "", "")),
        ({"dose_status": "skipped", "dose_skip_reason": " forgot "}, ("skipped", None, "", "forgot")),
        ({"dose_status": "skipped", "dose_timing": "morning"}, ("skipped", None, "", "")),
        ({"dose_status": "taken", "dose_skip_reason": "forgot"}, ("taken", None, "", "")),
        ({"dose_status": "usual", **ON_PAGE}, ("taken", Decimal("3.00"), "bedtime", "")),
        ({"dose_status": "usual", "dose_mg": "3", **ON_PAGE}, ("taken", Decimal("3.00"), "bedtime", "")),
        ({"dose_status": "usual", "dose_timing": "bedtime", **ON_PAGE}, ("taken", Decimal("3.00"), "bedtime", "")),
    ],
)
def test_a_dose_is_kept_as_it_was_answered(fields: dict[str, str], kept: tuple[object, ...]) -> None:
    """P38, P73: taken, skipped and not recorded; an amount that was typed was taken; nothing is filled in."""
    assert dose(THREE, **fields) == kept


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"dose_status": "skipped", "dose_mg": "3"}, "dose_mg"),
        ({"dose_status": "usual", "dose_mg": "1.5", **ON_PAGE}, "dose_mg"),
        ({"dose_status": "usual", "dose_timing": "morning", **ON_PAGE}, "dose_timing"),
        ({"dose_status": "", "dose_mg": "3"}, "dose_mg"),
        ({"dose_timing": "morning"}, "dose_status"),
        ({"dose_skip_reason": "forgot"}, "dose_status"),
        ({"dose_status": "perhaps"}, "dose_status"),
        ({"dose_status": "taken", "dose_mg": "4.5.5"}, "dose_mg"),
        ({"dose_status": "taken", "dose_mg": "15.01"}, "dose_mg"),
        ({"dose_status": "taken", "dose_mg": "0"}, "dose_mg"),
        ({"dose_status": "taken", "dose_mg": "9" * 10_000}, "dose_mg"),
        ({"dose_status": "taken", "dose_timing": "noon"}, "dose_timing"),
        ({"dose_status": "skipped", "dose_skip_reason": "x" * (REASON_MAX + 1)}, "dose_skip_reason"),
    ],
)
def test_a_dose_that_contradicts_itself_is_refused_beside_its_field(fields: dict[str, str], faulty: str) -> None:
    """Everything that was typed is still in the form."""
    form = filled(THREE, pain=5, **fields)
    assert list(form.errors) == [faulty]
    assert all(form.data[name] == value for name, value in fields.items())


def test_the_dose_that_was_tapped_is_the_one_that_the_page_showed() -> None:
    """P37: a later change of the setting changes neither the tap nor the page."""
    later = Offer(Decimal("4.50"), "morning")
    form = filled(later, dose_status="usual", **ON_PAGE)
    assert (form.answers.dose_mg, form.answers.dose_timing) == (Decimal("3.00"), "bedtime")
    assert form.usual is not None
    assert form.usual.label == "3.0 mg"


@pytest.mark.parametrize(
    "offered",
    [{}, {"usual_mg": "45", "usual_timing": "bedtime"}, {"usual_mg": "3"}, {"usual_mg": "3", "usual_timing": "noon"}],
)
def test_a_usual_dose_that_nobody_offered_is_not_made_up(offered: dict[str, str]) -> None:
    form = filled(None, dose_status="usual", pain=5, **offered)
    assert form.errors == {"dose_status": ["Please choose the dose once more."]}


@pytest.mark.parametrize(
    ("typed", "usual", "question"),
    [
        ("4.5", None, ""),
        ("4.51", None, "4.51 mg: four point five one milligrams. Is that right?"),
        ("4.5", THREE, ""),
        ("6", THREE, "6.0 mg: six milligrams. Is that right?"),
        ("1.49", Offer(Decimal("0.75"), "bedtime"), ""),
        ("1.5", Offer(Decimal("0.75"), "bedtime"), "1.5 mg: one point five milligrams. Is that right?"),
        ("6", Offer(Decimal("6.00"), "bedtime"), ""),
        ("15", None, "15.0 mg: fifteen milligrams. Is that right?"),
    ],
)
def test_an_amount_that_looks_like_a_slip_is_asked_about_in_words(
    typed: str, usual: Offer | None, question: str
) -> None:
    """P35: DESIGN's boundaries, through the form."""
    form = filled(usual, dose_status="taken", dose_mg=typed)
    assert (form.dose_question, form.asks) == (question, bool(question))
    assert form.errors == ({"dose_mg": [question]} if question else {})


@pytest.mark.parametrize("yes", ["12.00", "on", "true", "Yes", "1"])
def test_a_yes_to_this_amount_is_enough(yes: str) -> None:
    assert dose(THREE, dose_status="taken", dose_mg="12", dose_confirmed=yes)[1] == Decimal("12.00")


@pytest.mark.parametrize("said", ["6.00", "1.20", "no", "", "0"])
def test_a_yes_to_another_amount_is_none(said: str) -> None:
    """P35: the tick that was given to 6 mg doesn't let 12 mg in."""
    assert filled(THREE, dose_status="taken", dose_mg="12", dose_confirmed=said).asks


@pytest.mark.parametrize(("typed", "version"), [("3", 3), ("", 0), ("-1", 0), ("x", 0), ("３", 0), ("9" * 10_000, 0)])
def test_a_version_that_is_none_means_that_nothing_was_there(typed: str, version: int) -> None:
    """So that such a form can overwrite nothing."""
    form = filled(pain=5, version=typed)
    assert form.cleaned_data["version"] == version


def test_an_unbound_form_of_a_blank_day_has_no_answer_chosen() -> None:
    """P38, P39: nothing is tapped beforehand, not even where yesterday was answered."""
    form = DiaryEntryForm(initial=initial_of(Answers(), 0, THREE), usual=THREE)
    form.hint_at(Answers((6, 7, 5, None, 4)))
    assert [field.checked for field in form.score_fields] == [""] * len(SYMPTOMS)
    assert [field.yesterday for field in form.score_fields] == ["6", "7", "5", "", "4"]
    assert form.dose_choice == ""


def test_a_stored_zero_is_shown_as_chosen() -> None:
    """P39: 0 is not blank."""
    form = DiaryEntryForm(initial=initial_of(Answers((0, None, 10, None, None)), 1, None))
    assert [field.checked for field in form.score_fields] == ["0", "", "10", "", ""]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=40).map(str.strip)
amounts = st.none() | st.decimals(MIN_MG, MAX_MG, places=2)
timings = st.sampled_from(["", *Timing.values])
doses = st.one_of(
    st.just({}),
    st.builds(lambda mg, timing: {"dose_status": "taken", "doses": (TakenDose(mg, timing),)}, amounts, timings),
    st.builds(
        lambda parts: {"dose_status": "taken", "doses": tuple(TakenDose(*part) for part in parts)},
        st.lists(
            st.tuples(st.decimals("0.01", "3.75", places=2), st.sampled_from(Timing.values)), min_size=2, max_size=4
        ),
    ),
    st.builds(lambda reason: {"dose_status": "skipped", "dose_skip_reason": reason}, texts),
)
scores = st.tuples(*[st.none() | st.integers(0, 10) for _ in SYMPTOMS])
severities = st.sampled_from(Severity)
felt = st.none() | st.lists(st.sampled_from(EFFECTS), unique=True, max_size=4).flatmap(
    lambda chosen: st.tuples(
        *(st.builds(SideEffect, st.just(e.key), severities, st.just("fizzy" if e.key == OTHER else "")) for e in chosen)
    )
)
days = st.builds(lambda dose, **rest: Answers(**dose, **rest), doses, scores=scores, note=texts, side_effects=felt)
offers = st.none() | st.builds(Offer, st.decimals(MIN_MG, MAX_MG, places=2), st.sampled_from(Timing.values))


@given(days.filter(lambda answers: not answers.is_blank), offers)
def test_a_stored_day_that_is_opened_and_saved_says_the_same(answers: Answers, usual: Offer | None) -> None:
    """P41: answers -> what the page shows -> what it sends -> answers; a stored amount is not asked about again."""
    page = DiaryEntryForm(initial=initial_of(answers, 3, usual), usual=usual)
    sent = {field.name: "" if field.value() is None else field.value() for field in page}
    offered = dict(zip(("usual_mg", "usual_timing"), usual.hidden, strict=True)) if usual else {}
    beside = {name: value for name, value in page.initial.items() if is_beside(name)}
    form = filled(None, **sent, **offered, **beside)
    assert form.errors == {}
    assert replace(form.answers, side_effects=None) == replace(answers, side_effects=None)
    assert to_json(form.answers.side_effects) == to_json(answers.side_effects)


def test_a_day_in_words_has_every_answer() -> None:
    """P41: the words that the pages of old days and of conflicts show."""
    felt = (SideEffect("headache", Severity.MILD), SideEffect(OTHER, Severity.SEVERE, "fizzy hands"))
    doses = (TakenDose(Decimal("1.50"), "morning"), TakenDose(Decimal("3.00"), "bedtime"))
    answers = Answers((6, 0, None, None, 4), "taken", doses, "", felt, (7,), "Long walk.")
    medicine = MedicineFacts(7, "Paracetamol", True, None, None, "", "", "", None, date(2026, 3, 1))
    words = {key: said for key, _, said in answers_in_words(answers, [medicine])}
    assert list(words.values()) == [
        *("6", "0", "", "", "4"),
        "1.5 mg, morning + 3.0 mg, bedtime",
        "Headache (mild), fizzy hands (severe)",
        "Paracetamol",
        "Long walk.",
    ]
    skipped = answers_in_words(Answers(dose_status="skipped", dose_skip_reason="forgot"))
    assert ("dose", "LDN dose", "not taken (forgot)") in skipped


LIQUID = Sheet(supply=SupplyFacts("liquid", (), Decimal("5.00")))


def test_an_amount_in_ml_is_kept_as_it_was_measured_with_its_milligrams() -> None:
    """H3, P36: exact decimals; the strength is the one that the page showed."""
    form = DiaryEntryForm({"dose_status": "taken", "dose_mg": "0,9", "dose_unit": "ml"}, sheet=LIQUID)
    assert form.is_valid()
    assert form.answers.doses == (TakenDose(Decimal("4.50"), "", Decimal("0.90"), Decimal("5.00")),)
    older = {"dose_status": "taken", "dose_mg": "0.9", "dose_unit": "ml", "dose_strength": "1.00"}
    form = DiaryEntryForm(older, sheet=LIQUID)
    assert form.is_valid()
    assert form.answers.dose_mg == Decimal("0.90")  # a past day keeps the strength it had


@pytest.mark.parametrize(
    ("sheet", "typed", "words"),
    [
        (Sheet(), "0.9", "the strength of your bottle is needed"),
        (LIQUID, "4", "4 ml at 5 mg/ml is 20.00 mg"),
        (LIQUID, "0.9.5", "a number of ml"),
        (LIQUID, "1,500", "a number of ml"),
        (LIQUID, "0.9 mg", "a number of ml"),
        (LIQUID, "0", "Is a decimal point missing?"),
        (LIQUID, "90", "Is a decimal point missing?"),
    ],
)
def test_an_amount_in_ml_that_can_not_be_is_refused_beside_its_field(sheet: Sheet, typed: str, words: str) -> None:
    """H3: ml without a strength, too much, and what is no number."""
    form = DiaryEntryForm({"dose_status": "taken", "dose_mg": typed, "dose_unit": "ml"}, sheet=sheet)
    assert not form.is_valid()
    assert words in form.errors["dose_mg"][0]


def test_a_split_dose_is_summed_where_it_is_asked_about_and_where_it_is_too_much() -> None:
    """P35, P36: 1.5 + 3 is 4.5 and asks nothing; 3 + 3 asks; 9 + 9 can't be kept."""
    for first, second, said in (("1.5", "3", None), ("3", "3", "six milligrams"), ("9", "9", "Together 18.0 mg")):
        form = filled(None, dose_status="taken", dose_mg=first, dose_mg_2=second, dose_timing_2="bedtime")
        if said is None:
            assert form.errors == {}
            assert form.answers.dose_mg == Decimal("4.50")
            assert [dose.timing for dose in form.answers.doses] == ["", "bedtime"]
        else:
            assert said in form.errors["dose_mg"][0]


def test_a_split_plan_is_one_tap_and_records_each_dose() -> None:
    """P44: a slot each, as the page showed it."""
    twice = Offer(Decimal("1.50"), "morning", (PlannedDose(Decimal("1.50"), "bedtime"),))
    mg, timing = twice.hidden
    form = filled(None, dose_status="usual", usual_mg=mg, usual_timing=timing)
    assert form.errors == {}
    assert form.answers.doses == (TakenDose(Decimal("1.50"), "morning"), TakenDose(Decimal("1.50"), "bedtime"))
    assert (twice.label, twice.timing_label) == ("1.5 mg + 1.5 mg", "morning and bedtime")
    refused = filled(None, dose_status="usual", usual_mg="1.50+x", usual_timing=timing)
    assert "dose_status" in refused.errors


def test_yesterdays_dose_is_one_tap() -> None:
    form = filled(None, dose_status="yesterday", yesterday_mg="2.00", yesterday_timing="morning")
    assert form.errors == {}
    assert form.answers.doses == (TakenDose(Decimal("2.00"), "morning"),)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"has_headache": "1"}, "how much?"),
        ({"has_headache": "1", "effect_headache": "unbearable"}, "how much?"),
        ({"has_other": "1", "effect_other": "mild"}, "what was it"),
        ({"has_other": "1", "effect_other": "mild", "effect_words": "x" * 61}, "60 characters"),
        ({"effects_none": "1", "has_headache": "1", "effect_headache": "mild"}, "Which is right?"),
        ({"effects_same": "headache|mild|", "has_nausea": "1", "effect_nausea": "mild"}, "one of the two"),
        ({"effects_same": "hair|mild|"}, "once more"),
        ({"as_needed_99": "1"}, "not on your list"),
    ],
)
def test_side_effects_that_are_unclear_are_asked_about(sent: dict[str, str], words: str) -> None:
    """Beside their field, with all that was tapped."""
    form = filled(None, pain="3", **sent)
    assert words in form.errors["side_effects"][0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, None),
        ({"effect_headache": "mild"}, None),  # a severity without its effect was taken back
        ({"effects_none": "1"}, ()),
        ({"has_rash": "1", "effect_rash": "severe"}, (SideEffect("rash", Severity.SEVERE),)),
        ({"effects_same": "other|mild|fizzy hands"}, (SideEffect(OTHER, Severity.MILD, "fizzy hands"),)),
    ],
)
def test_untouched_is_not_recorded_and_none_today_is_none(sent: dict[str, str], kept: SideEffects | None) -> None:
    """P38: blank is not "none"."""
    assert filled(None, pain="3", **sent).answers.side_effects == kept
