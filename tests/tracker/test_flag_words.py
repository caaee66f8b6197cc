"""What a flag says: claims and a few plain words to the patient, facts with their dates to the prescriber."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracker.flags import ON_DIARY, ON_TREATMENT, for_patient, for_prescriber, ordered, prescriber_words
from tracker.models import Flag
from tracker.plan import PlannedDose, Step, Version
from tracker.progress import DayRow
from tracker.sheet import Sheet
from tracker.timeline import due_not_taken, pause_now, timeline

TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("UTC"))


def flag(rule: str, level: str = "soon", **facts: Any) -> Flag:
    said = {"rule_version": 1, "facts_at": NOW, "raised_at": NOW, "facts": {"date": "2026-11-20", **facts}}
    return Flag(pk=len(rule), rule=rule, level=level, **said)


@pytest.mark.parametrize(
    ("found", "heading", "words"),
    [
        (
            flag("F1", name="Codis", generic="codeine", answer="now"),
            "Codis.",
            "Opioid recorded: Codis (codeine), 20 Nov 2026, “I take it now”",
        ),
        (
            flag("F1", name="an opioid", generic="", answer="lately"),
            "an opioid.",
            "Opioid recorded: an opioid, 20 Nov 2026, “In the last 14 days”",
        ),
        (
            flag("F5", effects=["Rash"], days_since_step=2),
            "Rash.",
            "Severe side effect: Rash, 20 Nov 2026, day 3 of the step",
        ),
        (flag("F5", effects=["Rash"], days_since_step=None), "Rash.", "Severe side effect: Rash, 20 Nov 2026"),
        (
            flag("F6", effect="Nausea", count=8, of=14),
            "Nausea:",
            "Nausea, moderate or worse on 8 of the last 14 answered days",
        ),
        (flag("F7", effects=["Dark urine"]), "Dark urine.", "Dark urine, 20 Nov 2026"),
        (
            flag("F9", mg="6.00", planned="3.00", dates=2),
            "You wrote 6.0 mg on 20 Nov 2026; the plan says 3.0 mg. Is that right?",
            "Recorded 6.0 mg on 20 Nov 2026, plan 3.0 mg, 2 of the last 7 dates",
        ),
        (
            flag("F9", mg="6.00", planned=None, dates=1),
            "You wrote 6.0 mg on 20 Nov 2026; no plan is written for that day. Is that right?",
            "Recorded 6.0 mg on 20 Nov 2026, no plan",
        ),
        (
            flag("F12", mg="4.50"),
            "Your plan has a change on 20 Nov 2026: 4.5 mg.",
            "Step planned for 20 Nov 2026: 4.5 mg",
        ),
        (flag("F13"), "Your review is on 20 Nov 2026.", "Review agreed for 20 Nov 2026"),
        (flag("F4", operation_on="2026-12-24"), "", "Operation 24 Dec 2026"),
        (flag("F4", operation_on=None), "", "Operation planned, no date yet"),
        (flag("F3"), "", "Breastfeeding: yes, 20 Nov 2026"),
        (flag("F2", answer="might"), "", "Pregnancy: “I might be”, 20 Nov 2026"),
    ],
)
def test_both_read_the_same_facts_in_their_own_words(found: Flag, heading: str, words: str) -> None:
    """UX §1.6: what was recorded, when, and what the patient was told."""
    (note,) = for_patient([found], TODAY, ON_DIARY | ON_TREATMENT)
    assert (note.heading, bool(note.claims)) == (heading, True)
    assert bool(note.said) is (found.rule == "F1")
    assert prescriber_words(found.rule, found.facts) == words


def test_the_mood_has_a_panel_and_no_note_and_a_worsening_is_told_with_both_means() -> None:
    assert for_patient([flag("F10", count=3, of=5)], TODAY, ON_DIARY | ON_TREATMENT) == []
    facts = {"symptom": "Pain", "mean": 7.5, "days": 12, "before": 5.0, "sd": 0.5, "days_before": 14}
    assert prescriber_words("F8", facts) == (
        "Pain higher than before LDN for two weeks: 7.5 (12 days), before 5.0 (14 days, SD 0.5). 0 best, 10 worst"
    )
    assert prescriber_words("F11", {"date": None}) == "No entries yet"


def test_an_opioid_stands_before_all_and_then_the_most_pressing() -> None:
    flags = [flag("F13", "info"), flag("F5", "soon"), flag("F7", "urgent"), flag("F1", "urgent"), flag("F1b", "urgent")]
    assert [each.rule for each in ordered(flags, TODAY)][:3] == ["F1", "F1b", "F7"]
    operation = flag("F4", "soon", operation_on="2026-12-01")
    operation.later_level, operation.later_from = "urgent", TODAY
    assert [each.level for each in for_prescriber([operation], TODAY - DAY, None)] == ["soon"]
    assert [each.level for each in for_prescriber([operation], TODAY, None)] == ["urgent"]


def planned(day: int, mg: str) -> Version:
    return Version(1, TODAY - 30 * DAY, "written", (Step(TODAY + day * DAY, (PlannedDose(Decimal(mg), "bedtime"),)),))


def taken(back: int, mg: str) -> DayRow:
    return DayRow(TODAY - back * DAY, (), "taken", Decimal(mg), "bedtime")


def test_a_step_that_is_due_is_told_with_the_exact_dose_that_is_taken() -> None:
    """H3: 0.75 mg is never shown as 0.8."""
    sheet = Sheet(is_open=True, versions=(planned(-3, "1.00"),))
    due = due_not_taken(sheet, [taken(1, "0.75")], TODAY)
    assert due is not None
    assert (due.planned, due.taken) == ("1.0 mg at bedtime", "0.75 mg")
    assert due_not_taken(sheet, [taken(1, "0.75"), taken(0, "1.00")], TODAY) is None
    assert due_not_taken(sheet, [taken(5, "0.75")], TODAY) is None
    assert due_not_taken(Sheet(), [], TODAY) is None


@pytest.mark.parametrize(("back", "since"), [(6, None), (7, TODAY - 6 * DAY)])
def test_a_pause_begins_after_the_last_dose(back: int, since: date | None) -> None:
    """P33: seven days in a row; none after a stop or before the first dose."""
    sheet = Sheet(is_open=True, first_dose=TODAY - 20 * DAY)
    assert pause_now([taken(back, "3.00")], sheet, TODAY) == since
    assert pause_now([], Sheet(is_open=True), TODAY) is None
    assert pause_now([], Sheet(first_dose=TODAY - 20 * DAY), TODAY) is None


def test_the_line_of_time_has_the_days_before_the_steps_the_review_and_the_stop() -> None:
    sheet = Sheet(
        is_open=True, opened_on=TODAY - 40 * DAY, first_dose=TODAY - 20 * DAY, versions=(planned(-20, "3.00"),)
    )
    items = timeline(
        Sheet(**{**sheet.__dict__, "review_on": TODAY + 7 * DAY}), TODAY, written_before=15, stop_words="Rule."
    )
    assert [(item.state, item.what) for item in items] == [
        ("past", "Before LDN"),
        ("now", "3.0 mg at bedtime"),
        ("", "Review visit"),
    ]
    assert items[0].when == "Sun 18 October to Fri 6 November, 15 days written"
    assert (items[2].when, items[2].remark) == ("Fri 4 December, week 4", "Agreed: Rule.")
    ended = Sheet(**{**sheet.__dict__, "is_open": False, "ended_on": TODAY - DAY})
    assert [item.what for item in timeline(ended, TODAY, written_before=0)][-1] == "Stopped"
    assert timeline(Sheet(already_taking=True, opened_on=TODAY), TODAY, written_before=0) == []
