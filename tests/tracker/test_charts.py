"""The payload of a chart and its table twin."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import charts
from tracker.charts import Course, course, day_words, dose_cell, rows_from
from tracker.progress import DayRow, DoseDays
from tracker.sheet import Sheet
from tracker.symptoms import SYMPTOMS, Symptom

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
NOTHING = (None,) * len(SYMPTOMS)
ANSWERS = st.tuples(*[st.none() | st.integers(0, 10) for _ in SYMPTOMS])


def row(back: int, scores: tuple[Any, ...] = NOTHING, mg: str = "", status: str = "") -> DayRow:
    """A row so many days before today; with an amount it was taken at bedtime."""
    amount = Decimal(mg) if mg else None
    return DayRow(TODAY - back * DAY, scores, "taken" if mg else status, amount, "bedtime" if mg else "")


def shown(rows: list[DayRow], days: int = 28, first_dose: int | None = None) -> Course:
    """The course of the last days."""
    return course(
        rows,
        first_day=TODAY - (days - 1) * DAY,
        last_day=TODAY,
        sheet=Sheet(first_dose=None if first_dose is None else TODAY - first_dose * DAY),
        symptom=SYMPTOMS[0],
        record="r1",
    )


@given(st.dictionaries(st.integers(0, 40), ANSWERS, max_size=40))
def test_chart_and_table_hold_the_same_numbers(answers: dict[int, tuple[int | None, ...]]) -> None:
    """P41, P75: every answer of the range is once in the payload and once in the table, and none besides."""
    result = shown([row(back, scores) for back, scores in answers.items()])
    first = date.fromisoformat(result.payload["firstDay"])
    in_table = {}
    for iso, _, cells in result.table:
        for symptom, cell in zip(SYMPTOMS, cells, strict=False):
            if cell:
                in_table[iso, symptom.key] = int(cell)
    in_chart = {
        ((first + place * DAY).isoformat(), one["key"]): score
        for one in result.payload["symptoms"]
        for place, score in enumerate(one["scores"])
        if score is not None
    }
    assert in_chart == in_table


def test_a_blank_cell_holds_no_digit_and_zero_is_written() -> None:
    """P40: blank and zero are two things, in the table as in the chart."""
    result = shown([row(0, (0, None, 3, None, 10))])
    assert result.table[0].cells == ["0", "", "3", "", "10", *[""] * 4]
    assert [one["scores"] for one in result.payload["symptoms"]] == [[0], [None], [3], [None], [10]]


def test_the_table_has_the_recorded_days_only_and_the_newest_first() -> None:
    result = shown([row(3, mg="3"), row(0), row(9)])
    assert [iso for iso, _, _ in result.table] == ["2026-11-24", "2026-11-21", "2026-11-15"]
    assert result.table[1].words == "21 Nov 2026"
    assert (result.written, result.days) == (3, 10)


def test_dates_leave_as_dates() -> None:
    """P76: no instant, no zone: every day in the payload is ten characters."""
    result = shown([row(9, mg="1.5"), row(0, mg="1.5")], first_dose=9)
    text = json.dumps(result.payload)
    assert re.findall(r"\d{4}-\d\d-\d\d[^\"]", text) == []
    assert result.payload["firstDose"] == result.payload["firstDay"] == "2026-11-15"
    assert result.payload["lastDay"] == "2026-11-24"


def test_the_payload_says_whose_it_is_and_how_each_symptom_is_drawn() -> None:
    """P11, P54: the script compares the record; shape and words, not colour alone."""
    result = shown([row(0)])
    assert (result.payload["record"], result.record, result.payload["chosen"]) == ("r1", "r1", "pain")
    assert [one["shape"] for one in result.payload["symptoms"]] == [symptom.shape for symptom in SYMPTOMS]
    assert result.others == SYMPTOMS[1:]


def test_a_sixth_symptom_appears_in_chart_table_and_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """One declaration is enough for everything that is drawn."""
    sixth = Symptom("stiffness", "Stiffness", "?", "none", "worst", "circle", (2, 2), "#333333", "#cccccc")
    monkeypatch.setattr(charts, "SYMPTOMS", (*SYMPTOMS, sixth))
    result = shown([row(0, (*NOTHING, 4))])
    assert result.payload["symptoms"][5]["scores"] == [4]
    assert result.table[0].cells[5] == "4"
    assert result.recent[5].symptom == result.others[-1] == sixth


def test_a_diary_that_began_inside_the_range_is_drawn_from_its_first_day() -> None:
    assert shown([row(5), row(0)]).first_day == TODAY - 5 * DAY
    assert shown([row(5), row(0)], days=3, first_dose=5).first_day == TODAY - 2 * DAY
    assert shown([row(5)], first_dose=300).first_day == TODAY - 27 * DAY


def test_an_empty_range_is_empty() -> None:
    result = shown([])
    assert (result.table, result.days, result.doses, result.unreadable) == ([], 28, None, [])
    assert all(one.mean is None and one.days == 0 for one in result.recent)


def test_both_ends_of_the_range_belong_to_it() -> None:
    """P33: the first and the last day are shown, the ones beside them are not."""
    result = shown([row(back, (back, *NOTHING[1:])) for back in range(-1, 6)], days=5)
    assert [int(cells[0]) for _, _, cells in result.table] == [0, 1, 2, 3, 4]
    assert result.payload["symptoms"][0]["scores"] == [4, 3, 2, 1, 0]


def test_days_before_the_range_feed_the_line_but_are_not_shown() -> None:
    """The same day has the same mean whatever range was asked for."""
    rows = [row(back, (back % 7, *NOTHING[1:])) for back in range(30)]
    assert rows_from(TODAY - 4 * DAY) == TODAY - 18 * DAY
    short, long = shown(rows, days=5), shown(rows, days=30)
    assert short.payload["symptoms"][0]["weekMeans"] == long.payload["symptoms"][0]["weekMeans"][-5:]


def test_a_phase_that_began_before_the_range_keeps_its_first_day() -> None:
    """P33: the start of the range is no change of dose."""
    result = shown([row(back, mg="3") for back in range(15)], days=5, first_dose=300)
    assert [(one["first"], one["mg"]) for one in result.payload["phases"]] == [("2026-11-10", "3.0")]


def test_a_pause_that_began_before_the_range_is_known() -> None:
    result = shown([row(0, mg="0.75")], days=5, first_dose=300)
    assert result.has_pause
    assert [(one["last"], one["mg"]) for one in result.payload["phases"]] == [
        ("2026-11-23", None),
        ("2026-11-24", "0.75"),
    ]


def test_phases_that_ended_before_the_range_are_left_out() -> None:
    rows = [*(row(back, mg="1.5") for back in range(10, 15)), *(row(back, mg="3") for back in range(10))]
    assert [one["mg"] for one in shown(rows, days=5, first_dose=14).payload["phases"]] == ["3.0"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (row(0, mg="3"), "3.0 mg"),
        (row(0, mg="0.75"), "0.75 mg"),
        (row(0, status="taken"), "taken, amount not given"),
        (row(0, status="skipped"), "skipped"),
        (row(0), ""),
    ],
)
def test_what_is_known_of_a_dose_has_words_of_its_own(day: DayRow, words: str) -> None:
    """P38, P73: taken, taken without an amount, skipped and not recorded are four things."""
    assert dose_cell(day) == words


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(1, mg="4.5"), row(0, status="skipped")], "4.5 mg, bedtime"),
        ([row(0, mg="0.75")._replace(timing="")], "0.75 mg"),
        ([row(0, status="taken")], ""),
        ([row(7, mg="4.5")], ""),
    ],
)
def test_the_dose_now_is_the_one_of_the_present_phase(rows: list[DayRow], words: str) -> None:
    """P38, P73: a skipped day changes nothing; without an amount, or after a week without a dose, there is none."""
    result = shown(rows, first_dose=7)
    assert (result.dose_now, result.week) == (words, 2)


def test_before_the_first_dose_there_is_no_week_and_no_dose() -> None:
    assert (shown([row(0)]).week, shown([row(0)]).dose_now, shown([row(0)]).week_line) == (None, "", "")


def test_a_range_that_leaves_days_out_says_so() -> None:
    """P59: a cap is stated."""
    assert not shown([row(4), row(0)], days=5).has_earlier
    assert shown([row(5), row(0)], days=5).has_earlier
    assert shown([row(0)], days=5, first_dose=90).has_earlier


def test_dose_days_count_from_the_first_dose() -> None:
    """P38: a day that says nothing is not recorded, never skipped."""
    rows = [row(6, mg="3"), row(5, status="skipped"), row(3, mg="3"), row(2), row(9)]
    result = shown(rows, first_dose=6)
    assert result.doses == DoseDays(taken=2, skipped=1, not_recorded=4)
    assert not result.has_pause
    assert result.is_whole
    assert shown(rows, days=5, first_dose=6).doses == DoseDays(taken=1, skipped=0, not_recorded=4)
    assert not shown(rows, days=5, first_dose=6).is_whole


def test_the_mean_of_the_last_14_days_comes_with_its_days() -> None:
    """P40: silent under seven answered days, and says how many there are."""
    result = shown([row(back, (4, 6 if back < 6 else None, None, None, None)) for back in range(20)])
    assert [(one.mean and one.mean.text, one.days) for one in result.recent[:3]] == [("4.0", 14), (None, 6), (None, 0)]


def test_one_damaged_day_leaves_the_chart_standing() -> None:
    """P53: a value that is no score is left blank, and the day is named."""
    result = shown([row(1, (47, 5, None, None, None)), row(0, (3, *NOTHING[1:]))])
    assert result.unreadable == ["23 Nov 2026"]
    assert result.table[1].cells == ["", "5", *[""] * 7]
    assert result.payload["symptoms"][0]["scores"] == [None, 3]


def test_days_are_written_as_people_read_them() -> None:
    assert day_words(date(2026, 3, 2)) == "2 Mar 2026"
