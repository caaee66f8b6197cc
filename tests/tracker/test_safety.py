"""The rules that raise a flag, each on both sides of each boundary: CLINICAL.md §6, F1 to F14."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tracker.effects import EFFECTS, Kind, Severity, SideEffect
from tracker.flags import WORDS, prescriber_words
from tracker.plan import PlannedDose, Step, Version
from tracker.progress import DayRow
from tracker.safety import RULES, Finding, Record, findings
from tracker.sheet import BaselineFacts, MedicineFacts, SafetyFacts, Sheet
from tracker.symptoms import SYMPTOM_KEYS

TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)
NOBODY = SafetyFacts(TODAY, *("no",) * 8, None)
OPEN = Sheet(is_open=True, opened_on=TODAY - 60 * DAY, first_dose=TODAY - 40 * DAY)
MILD, MODERATE, SEVERE = Severity
MOOD = SYMPTOM_KEYS.index("mood")


def row(back: int, **said: Any) -> DayRow:
    """A day so many days ago; scores by symptom, mg, effects as (key, severity)."""
    scores = tuple(said.get(key) for key in SYMPTOM_KEYS)
    mg = said.get("mg")
    effects = said.get("effects")
    felt = None if effects is None else tuple(SideEffect(*each) for each in effects)
    status = said.get("status", "taken" if mg else "")
    return DayRow(TODAY - back * DAY, scores, status, mg and Decimal(mg), said.get("timing", ""), felt)


def found(rule: str, sheet: Sheet = OPEN, rows: Sequence[DayRow] = (), **said: Any) -> list[Finding]:
    """What one rule finds today."""
    record = Record(sheet, sorted(rows, key=lambda each: each.date), **said)
    return [each for each in findings(record, TODAY) if each.rule == rule]


def level(*args: Any, **said: Any) -> str:
    """The level of the one finding of a rule; empty where it finds nothing."""
    each = found(*args, **said)
    return each[0].level if each else ""


def medicine(**said: Any) -> MedicineFacts:
    plain = MedicineFacts(7, "Co-codamol", False, None, None, "codeine", "urgent", "now", TODAY, TODAY)
    return plain._replace(**said)


@pytest.mark.parametrize(
    ("said", "level_found"),
    [
        ({"answer": "now"}, "urgent"),
        ({"answer": "lately"}, "urgent"),
        ({"answer": "long_lately"}, "urgent"),
        ({"answer": "planned"}, ""),
        ({"answer": "not_me"}, ""),
        ({"answer": ""}, ""),
        ({"level": "unsure"}, "urgent"),
        ({"level": "info"}, ""),
        ({"level": "soon"}, ""),
    ],
)
def test_f1_an_opioid_counts_once_it_is_said_to_be_taken(said: dict[str, str], level_found: str) -> None:
    """H1, H2: "my mum's co-codamol" raises nothing, and an unsure name only with a yes."""
    assert level("F1", replace(OPEN, medicines=(medicine(**said),))) == level_found


@pytest.mark.parametrize(
    ("sheet", "shows_from"),
    [
        (OPEN, None),
        (Sheet(first_dose=TODAY - 5 * DAY), None),  # doses, but no treatment written down
        (Sheet(is_open=True, opened_on=TODAY, starts_on=TODAY + 14 * DAY), TODAY),
        (Sheet(is_open=True, opened_on=TODAY, starts_on=TODAY + 15 * DAY), TODAY + DAY),
    ],
)
def test_f1_shows_on_ldn_and_from_two_weeks_before_it(sheet: Sheet, shows_from: date | None) -> None:
    (each,) = found("F1", replace(sheet, medicines=(medicine(),)))
    assert each.shows_from == shows_from


def test_f1_is_silent_where_no_ldn_is_taken_or_planned() -> None:
    ended = replace(OPEN, is_open=False, ended_on=TODAY - DAY)
    assert not found("F1", replace(ended, medicines=(medicine(),)))
    assert not found("F1", Sheet(medicines=(medicine(),)))


@pytest.mark.parametrize(("answer", "is_found"), [("now", True), ("lately", True), ("planned", False), ("no", False)])
def test_f1_hears_the_safety_questions_too(answer: str, is_found: bool) -> None:
    assert bool(found("F1", replace(OPEN, safety=NOBODY._replace(opioids=answer)))) is is_found


def test_f1b_two_signs_on_one_date_and_only_while_an_opioid_is_flagged() -> None:
    with_opioid = replace(OPEN, medicines=(medicine(),))
    signs = [("shaking", MILD), ("cramps", MILD)]
    assert level("F1b", with_opioid, [row(0, effects=signs)]) == "urgent"
    assert not found("F1b", with_opioid, [row(0, effects=signs[:1]), row(1, effects=signs[1:])])
    assert not found("F1b", OPEN, [row(0, effects=signs)])


@pytest.mark.parametrize(
    ("answer", "level_found"),
    [("pregnant", "urgent"), ("might", "soon"), ("trying", "soon"), ("no", ""), ("not_for_me", ""), ("", "")],
)
def test_f2_pregnancy(answer: str, level_found: str) -> None:
    """H15."""
    assert level("F2", replace(OPEN, safety=NOBODY._replace(pregnancy=answer))) == level_found


@pytest.mark.parametrize(("answer", "level_found"), [("yes", "soon"), ("no", ""), ("unsure", "")])
def test_f3_breastfeeding(answer: str, level_found: str) -> None:
    assert level("F3", replace(OPEN, safety=NOBODY._replace(breastfeeding=answer))) == level_found


def test_f4_an_operation_is_urgent_from_two_weeks_before_and_over_the_day_after() -> None:
    """H15: as dates, which a query compares."""
    day = TODAY + 30 * DAY
    (each,) = found("F4", replace(OPEN, safety=NOBODY._replace(operation="yes", operation_on=day)))
    assert (each.level, each.later_level, each.later_from) == ("soon", "urgent", day - 14 * DAY)
    assert each.shows_until == day
    assert level("F4", replace(OPEN, safety=NOBODY._replace(operation="yes"))) == "soon"
    assert found("F4", replace(OPEN, safety=NOBODY._replace(operation="yes", operation_on=TODAY)))
    assert not found("F4", replace(OPEN, safety=NOBODY._replace(operation="yes", operation_on=TODAY - DAY)))
    assert not found("F4", replace(OPEN, safety=NOBODY))


@pytest.mark.parametrize(
    ("days", "level_found"),
    [
        ([0], "soon"),
        ([7], "soon"),
        ([8], ""),
        ([0, 1], "urgent"),
        ([0, 2], "soon"),
        ([6, 7], "urgent"),
        ([0, 9, 10], "soon"),
    ],
)
def test_f5_a_severe_effect_and_two_days_in_a_row(days: list[int], level_found: str) -> None:
    """Seven days without one clear it; moderate ones count for nothing here."""
    rows = [row(back, effects=[("dreams", SEVERE)]) for back in days] + [row(3, effects=[("rash", MODERATE)])]
    assert level("F5", OPEN, rows) == level_found


@pytest.mark.parametrize(
    ("count", "is_open", "is_found"), [(7, False, True), (6, False, False), (4, True, True), (3, True, False)]
)
def test_f6_the_same_effect_on_seven_of_fourteen_answered_days(count: int, is_open: bool, is_found: bool) -> None:
    """Raised from 7, over below 4; blank days neither break nor make it."""
    felt = [[("nausea", MODERATE)]] * count + [[]] * (14 - count)
    rows = [row(2 * back, effects=each) for back, each in enumerate(felt)] + [row(1, pain=4)]
    flags = frozenset({("F6", "nausea")}) if is_open else frozenset()
    assert bool(found("F6", OPEN, rows, open_flags=flags)) is is_found


def test_f6_does_not_count_mild_days_nor_another_effect() -> None:
    rows = [row(back, effects=[("nausea", MILD), ("rash" if back % 2 else "sweats", SEVERE)]) for back in range(10)]
    assert not found("F6", OPEN, rows)


@pytest.mark.parametrize("key", [each.key for each in EFFECTS])
def test_f7_is_every_red_effect_however_mild_and_no_other(key: str) -> None:
    is_red = next(each.kind for each in EFFECTS if each.key == key) == Kind.RED
    assert level("F7", OPEN, [row(5, effects=[(key, MILD)])]) == ("urgent" if is_red else "")


BEFORE = {"pain": BaselineFacts(5.0, 0.5, 14), "mood": BaselineFacts(5.0, 0.5, 14)}
STEADY = replace(OPEN, baseline=BEFORE)


def fortnight(recent: int, older: int, *, days: int = 7, **said: Any) -> list[DayRow]:
    """Two weeks of pain, on a dose that was not changed lately."""
    weeks = [*((back, recent) for back in range(days)), *((7 + back, older) for back in range(days))]
    return [*(row(back, pain=score, mg="3", **said) for back, score in weeks), *(row(b, mg="3") for b in range(14, 30))]


@pytest.mark.parametrize(
    ("rows", "is_found"),
    [
        (fortnight(7, 7), True),  # exactly two points above
        (fortnight(7, 6), False),  # one of the weeks is under two points
        (fortnight(6, 8), False),
        (fortnight(7, 7, days=5), True),
        (fortnight(7, 7, days=4), False),  # too few answered days in each week
    ],
)
def test_f8_a_symptom_higher_than_before_for_two_weeks(rows: list[DayRow], is_found: bool) -> None:
    """H8: both weeks, five answered days in each."""
    assert bool(found("F8", STEADY, rows)) is is_found


@pytest.mark.parametrize(
    ("sd", "main", "score", "is_found"),
    [(1.5, "pain", 8, True), (1.5, "mood", 8, False), (1.2, "mood", 8, True), (1.6, "pain", 8, False)],
)
def test_f8_needs_two_deviations_of_the_main_symptom_and_two_and_a_half_of_the_others(
    sd: float, main: str, score: int, is_found: bool
) -> None:
    """5 + 2 × 1.5 = 8, 5 + 2.5 × 1.5 = 8.75, 5 + 2.5 × 1.2 = 8, 5 + 2 × 1.6 = 8.2."""
    sheet = replace(OPEN, baseline={"pain": BaselineFacts(5.0, sd, 14)}, main_symptom=main)
    assert bool(found("F8", sheet, fortnight(score, score))) is is_found


@pytest.mark.parametrize(("score", "is_found"), [(6, True), (5, False)])
def test_f8_stays_until_the_mean_is_back_under_baseline_plus_one(score: int, is_found: bool) -> None:
    flags = frozenset({("F8", "pain")})
    assert bool(found("F8", STEADY, fortnight(score, score), open_flags=flags)) is is_found


def test_f8_leaves_out_days_that_settle_in_and_never_speaks_without_a_baseline() -> None:
    changed = [*(row(back, pain=9, mg="4.5") for back in range(7)), *(row(b, pain=9, mg="3") for b in range(7, 30))]
    assert not found("F8", STEADY, changed)  # the last week is the first of a new dose
    assert not found("F8", OPEN, fortnight(10, 10))
    assert not found("F8", replace(STEADY, already_taking=True), fortnight(10, 10))


PLAN = (Version(1, TODAY - 60 * DAY, "written", (Step(TODAY - 60 * DAY, (PlannedDose(Decimal("3.00"), "bedtime"),)),)),)


@pytest.mark.parametrize(
    ("days", "level_found"),
    [({}, ""), ({0: "3.00"}, ""), ({0: "3.01"}, "info"), ({0: "4", 6: "4"}, "soon"), ({0: "4", 7: "4"}, "info")],
)
def test_f9_more_than_the_plan_of_that_day(days: Mapping[int, str], level_found: str) -> None:
    """H3: to know on one date, soon on two of the last seven."""
    sheet = replace(OPEN, versions=PLAN)
    assert level("F9", sheet, [row(back, mg=mg) for back, mg in days.items()]) == level_found


@pytest.mark.parametrize(("mg", "level_found"), [("4.50", ""), ("4.51", "info")])
def test_f9_without_a_plan_begins_above_the_usual_most(mg: str, level_found: str) -> None:
    assert level("F9", OPEN, [row(0, mg=mg)]) == level_found


@pytest.mark.parametrize(
    ("moods", "level_found"),
    [
        ({0: 10}, "soon"),
        ({0: 9}, ""),
        ({0: 9, 1: 9, 2: 9}, "urgent"),
        ({0: 9, 2: 10, 4: 9}, "urgent"),  # blank days neither break nor make it; five dates
        ({0: 9, 2: 9, 5: 9}, ""),  # six dates
        ({0: 9, 1: 8, 2: 9}, ""),
        ({3: 10, 2: 7, 1: 7, 0: 7}, ""),  # better on three answered days
        ({3: 10, 2: 7, 1: 7, 0: 8}, "soon"),
        ({5: 9, 4: 9, 3: 9, 2: 7, 1: 7}, "urgent"),
        ({5: 9, 4: 9, 3: 9, 2: 7, 1: 7, 0: 7}, ""),
    ],
)
def test_f10_mood_at_the_worst_end(moods: Mapping[int, int], level_found: str) -> None:
    """H5: 10 on a day; 9 or 10 on three answered days within five dates; over after three at 7 or better."""
    assert level("F10", OPEN, [row(back, mood=score) for back, score in moods.items()]) == level_found


def test_f11_silence_shows_after_seven_full_dates() -> None:
    """P30: as a date; nothing once the treatment is over."""
    (each,) = found("F11", OPEN, last_entry=TODAY)
    assert each.shows_from == TODAY + 8 * DAY
    assert not found("F11", replace(OPEN, is_open=False, ended_on=TODAY), last_entry=TODAY)


def stepped(on: date) -> Sheet:
    begun = Step(TODAY - 60 * DAY, (PlannedDose(Decimal("3.00"), "bedtime"),))
    coming = Step(on, (PlannedDose(Decimal("4.50"), "bedtime"),))
    return replace(OPEN, versions=(Version(1, TODAY - 60 * DAY, "written", (begun, coming)),))


def test_f12_a_step_is_told_three_days_before_and_until_such_a_dose_is_recorded() -> None:
    (each,) = found("F12", stepped(TODAY + 10 * DAY), [row(1, mg="3")])
    assert each.shows_from == TODAY + 7 * DAY
    passed = stepped(TODAY - 2 * DAY)
    assert found("F12", passed, [row(1, mg="3")])
    assert not found("F12", passed, [row(1, mg="4.5")])
    assert not found("F12", replace(passed, is_open=False, ended_on=TODAY), [row(1, mg="3")])


def test_f13_a_review_is_told_two_weeks_before_and_is_pressing_after_two_weeks() -> None:
    day = TODAY + 30 * DAY
    (each,) = found("F13", replace(OPEN, review_on=day))
    assert (each.level, each.shows_from) == ("info", day - 14 * DAY)
    assert (each.later_level, each.later_from) == ("soon", day + 15 * DAY)
    assert not found("F13", replace(OPEN, review_on=day, reviewed_on=TODAY))


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        ({}, True),
        ({"answer": "now"}, True),
        ({"answer": "not_me"}, False),
        ({"answer": "planned"}, False),
        ({"until": TODAY - 28 * DAY}, True),
        ({"until": TODAY - 29 * DAY}, False),
        ({"opioid": "pholcodine"}, False),
    ],
)
def test_f14_a_second_naltrexone(said: dict[str, Any], is_found: bool) -> None:
    second = medicine(name="Mysimba", opioid="naltrexone in another product", level="soon", answer="")._replace(**said)
    assert bool(found("F14", replace(OPEN, medicines=(second,)))) is is_found


def test_every_rule_says_where_it_comes_from_how_it_clears_and_what_is_read() -> None:
    keys = [each.key for each in RULES]
    assert len(keys) == len(set(keys)) == 15
    assert all(each.trigger and each.clears and each.source and each.version for each in RULES)
    assert set(WORDS) == set(keys)


def test_every_finding_has_words_for_the_prescriber() -> None:
    """Facts with their dates; never a diagnosis."""
    everything = replace(
        STEADY,
        medicines=(medicine(), medicine(pk=8, opioid="naltrexone in another product", level="soon")),
        safety=NOBODY._replace(pregnancy="might", breastfeeding="yes", operation="yes"),
        review_on=TODAY,
        versions=stepped(TODAY + DAY).versions,
    )
    felt = [("shaking", SEVERE), ("cramps", MODERATE), ("yellow", MILD)]
    rows = [row(back, pain=9, mood=10, mg="4", effects=felt) for back in range(14)] + [
        row(b, mg="4") for b in range(14, 30)
    ]
    told = findings(Record(everything, sorted(rows, key=lambda each: each.date), TODAY), TODAY)
    assert {each.rule for each in told} == {each.key for each in RULES}
    for each in told:
        words = prescriber_words(each.rule, each.facts)
        assert words
        assert "None" not in words


def test_a_record_of_odd_rows_raises_nothing() -> None:
    """P53: no scores at all, and a status that is none."""
    odd = [DayRow(TODAY, (), "perhaps", None, "", None), DayRow(TODAY - DAY, (None,) * 5, "", None, "")]
    assert not findings(Record(Sheet(), odd), TODAY)
