"""The form of one diary day: every field's good and bad input, and what the whole comes to."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dose import MAX_MG, MIN_MG
from tracker.forms.diary import DiaryEntryForm, Offer, answers_in_words, initial_of
from tracker.models import Timing
from tracker.models.diary import NOTE_MAX, ONE_IS_ENOUGH, REASON_MAX
from tracker.recording import Answers
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
    assert form.usual_label == "3.0 mg"


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
    st.builds(lambda mg, timing: {"dose_status": "taken", "dose_mg": mg, "dose_timing": timing}, amounts, timings),
    st.builds(lambda reason: {"dose_status": "skipped", "dose_skip_reason": reason}, texts),
)
scores = st.tuples(*[st.none() | st.integers(0, 10) for _ in SYMPTOMS])
days = st.builds(lambda dose, **rest: Answers(**dose, **rest), doses, scores=scores, note=texts)
offers = st.none() | st.builds(Offer, st.decimals(MIN_MG, MAX_MG, places=2), st.sampled_from(Timing.values))


@given(days.filter(lambda answers: not answers.is_blank), offers)
def test_a_stored_day_that_is_opened_and_saved_says_the_same(answers: Answers, usual: Offer | None) -> None:
    """P41: answers -> what the page shows -> what it sends -> answers; a stored amount is not asked about again."""
    page = DiaryEntryForm(initial=initial_of(answers, 3, usual), usual=usual)
    sent = {field.name: "" if field.value() is None else field.value() for field in page}
    offered = {"usual_mg": usual.mg, "usual_timing": usual.timing} if usual else {}
    form = filled(None, **sent, **offered)
    assert form.errors == {}
    assert form.answers == answers


def test_a_day_in_words_has_every_answer() -> None:
    """P41: the words that the pages of old days and of conflicts show."""
    answers = Answers((6, 0, None, None, 4), "taken", Decimal("1.50"), "morning", "", "Long walk.")
    words = {key: said for key, _, said in answers_in_words(answers)}
    assert list(words.values()) == ["6", "0", "", "", "4", "1.5 mg, morning", "Long walk."]
    skipped = answers_in_words(Answers(dose_status="skipped", dose_skip_reason="forgot"))
    assert ("dose", "LDN dose", "not taken (forgot)") in skipped
