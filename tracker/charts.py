"""What the pictures and tables of a course are drawn from, for patient and prescriber alike.

The payload of the chart and its table twin are made here from the same rows, so that they hold the
same numbers. Dates leave as dates, never as instants. A blank answer leaves as None or as empty
text, never as zero. No HTML: text is made once, templates only place it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from tracker import progress
from tracker.dose import TIMES, mg_text
from tracker.effects import effects_words
from tracker.marks import hold_days, marks, medicine_days, names_of, plan_words
from tracker.progress import DAY, RECENT_DAYS, SETTLING_DAYS, SKIPPED, TAKEN, DayRow, DoseDays, Mean, Phase
from tracker.sheet import MedicineFacts, Sheet
from tracker.side_effects import EffectLine, NeededLine, since_changes, when_needed
from tracker.symptoms import SCORES, SYMPTOMS, Symptom

# A range is drawn from rows that begin this much earlier: a line needs the week before it, a phase
# the week before that to be told from a pause.
LEAD_DAYS = 14

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

BLANK = ""
CELLS: dict[int | None, str] = {None: BLANK} | {score: str(score) for score in SCORES}
ANSWERS = frozenset(CELLS)

DRAWN = ("key", "label", "shape", "dash", "light", "dark")  # of a symptom, in the payload


class TableRow(NamedTuple):
    """One recorded day of the table twin, as text; an answer that was not given is empty."""

    iso: str
    words: str
    cells: list[str]  # a score a symptom in the order of SYMPTOMS, the dose, side effects, when-needed, plan


class Recent(NamedTuple):
    """The last 14 days of one symptom."""

    symptom: Symptom
    mean: Mean | None  # None where too few days are answered
    days: int


@dataclass(frozen=True)
class Course:
    """One course, ready to be shown: the chart's payload, the table twin and the counts beside them."""

    record: str  # whose: the page and the payload both say it, and the script compares
    symptom: Symptom
    first_day: date
    last_day: date
    first_dose: date | None
    payload: dict[str, Any]
    table: list[TableRow]
    recent: list[Recent]
    doses: DoseDays | None  # None before the first dose
    dose_now: str  # of the phase that the last day is in, "4.5 mg, bedtime"; empty where none is on record
    has_earlier: bool  # whether something was recorded before the range
    unreadable: list[str]  # days with a value that no diary can hold; it is left blank
    sheet: Sheet  # what is known of the treatment
    effects: list[EffectLine]  # by days since the last change
    needed: list[NeededLine]  # when-needed medicines

    @property
    def others(self) -> tuple[Symptom, ...]:
        """The symptoms that are drawn small."""
        return tuple(other for other in SYMPTOMS if other != self.symptom)

    @property
    def week(self) -> int | None:
        """The week on LDN that the last day is in, or None before the first dose."""
        return week_of(self.sheet, self.last_day)

    @property
    def week_line(self) -> str:
        """ "Week 18 on LDN, 4.5 mg": the dose is the present phase's, as taken; empty before the first dose."""
        return week_line(self.sheet, self.last_day, self.dose_now.partition(",")[0])

    @property
    def on_ldn(self) -> str:
        """In a few words: "week 18", "since March 2025", "stopped 17 Nov 2026"; empty before the first dose."""
        if self.sheet.ended_on is not None and self.last_day > self.sheet.ended_on:
            return f"stopped {day_words(self.sheet.ended_on)}"
        if self.sheet.already_taking:
            return f"since {self.sheet.began_on:%B %Y}" if self.sheet.began_on else "before this diary"
        return "" if self.week is None else f"week {self.week}"

    @property
    def regular(self) -> list[MedicineFacts]:
        """The other medicines that are taken regularly."""
        return [each for each in self.sheet.medicines if not each.is_as_needed]

    @property
    def days(self) -> int:
        """Calendar days from the first to the last, both included."""
        return (self.last_day - self.first_day).days + 1

    @property
    def written(self) -> int:
        """Days on which something was recorded."""
        return len(self.table)

    @property
    def has_pause(self) -> bool:
        """Whether the range holds seven days in a row without a dose on record."""
        return any(phase["mg"] is None for phase in self.payload["phases"])

    @property
    def is_whole(self) -> bool:
        """Whether the range holds every day since the first dose."""
        return self.first_dose is None or self.first_dose >= self.first_day


def week_of(sheet: Sheet, day: date) -> int | None:
    """The week on LDN that a day is in; None before the first dose, after a stop, and if LDN came before the diary."""
    first = sheet.first_dose
    if first is None or first > day or sheet.already_taking or (sheet.ended_on is not None and day > sheet.ended_on):
        return None
    return progress.week_on_ldn(day, first)


def week_line(sheet: Sheet, day: date, dose: str) -> str:
    """Where a treatment is on a day: "Week 18 on LDN, 4.5 mg", "On LDN since March 2025", "Stopped on …"; or ""."""
    week = week_of(sheet, day)
    if sheet.ended_on is not None and day > sheet.ended_on:
        return f"Stopped on {day_words(sheet.ended_on)}"
    if sheet.already_taking:
        since = f" since {sheet.began_on:%B %Y}" if sheet.began_on else ""
        return f"On LDN{since}" + (f", {dose}" if dose else "")
    return "" if week is None else f"Week {week} on LDN" + (f", {dose}" if dose else "")


def rows_from(first_day: date) -> date:
    """The first date whose row the course of a range that begins on first_day needs."""
    return first_day - LEAD_DAYS * DAY


def course(
    rows: Iterable[DayRow],
    *,
    first_day: date,
    last_day: date,
    sheet: Sheet,
    symptom: Symptom,
    record: str,
) -> Course:
    """The course from first_day to last_day, both included; work grows linearly with the days.

    Rows are those from rows_from(first_day) on, in any order: the ones before the range only feed the
    line and the phases. Where diary and treatment began inside the range, it is cut to begin on the
    first recorded day. A score that is none is left blank, and its day named.
    """
    first_dose = sheet.first_dose
    recorded = sorted((row for row in rows if row.date <= last_day), key=attrgetter("date"))
    known = [row if _is_readable(row) else _blanked(row) for row in recorded]
    if known and (first_dose is None or first_dose >= first_day):
        first_day = max(first_day, known[0].date)
    shown = [row for row in known if row.date >= first_day]
    phases = [phase for phase in _phases(known, first_dose, last_day) if phase.last >= first_day]
    return Course(
        record=record,
        symptom=symptom,
        first_day=first_day,
        last_day=last_day,
        first_dose=first_dose,
        payload=_drawn(record, symptom, first_dose, phases)
        | _series(known, first_day, last_day)
        | {"marks": marks(shown, phases, sheet, first_day, last_day)},
        table=_table(shown, sheet, last_day),
        recent=_recent(known, last_day),
        doses=progress.dose_days(shown, max(first_day, first_dose), last_day) if first_dose else None,
        dose_now=_dose_now(phases),
        has_earlier=len(known) > len(shown) or (first_dose is not None and first_dose < first_day),
        sheet=sheet,
        effects=since_changes(shown, [phase.first for phase in phases if phase.mg is not None]),
        needed=when_needed(shown, sheet, last_day),
        unreadable=[day_words(row.date) for row in recorded if row.date >= first_day and not _is_readable(row)],
    )


def day_words(day: date) -> str:
    """A date as people read it: "24 Nov 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def dose_cell(row: DayRow) -> str:
    """The dose of a day: "3.0 mg", "taken, amount not given", "skipped", or empty where not recorded."""
    if row.dose_status == TAKEN:
        return "taken, amount not given" if row.mg is None else mg_text(row.mg)
    return SKIPPED if row.dose_status == SKIPPED else BLANK


def _drawn(record: str, symptom: Symptom, first_dose: date | None, phases: Sequence[Phase]) -> dict[str, Any]:
    """Whose the chart is, which symptom it draws large, and its doses."""
    return {
        "record": record,
        "chosen": symptom.key,
        "firstDose": first_dose and first_dose.isoformat(),
        "phases": [_phase(phase) for phase in phases],
    }


def _is_readable(row: DayRow) -> bool:
    return ANSWERS.issuperset(row.scores)


def _blanked(row: DayRow) -> DayRow:
    return row._replace(scores=tuple(score if score in ANSWERS else None for score in row.scores))


def _series(rows: Sequence[DayRow], first_day: date, last_day: date) -> dict[str, Any]:
    """The days, and of each symptom how it is drawn, its score on each day and the points of its line.

    The points are whole hundredths, the means of progress.week_means.
    """
    opening = rows_from(first_day).toordinal()
    length = last_day.toordinal() - opening + 1
    columns: list[list[int | None]] = [[None] * length for _ in SYMPTOMS]
    for row in rows:
        place = row.date.toordinal() - opening
        if place >= 0:
            for column, score in zip(columns, row.scores, strict=True):
                column[place] = score
    series = [
        {name: getattr(symptom, name) for name in DRAWN}
        | {"scores": column[LEAD_DAYS:], "weekMeans": progress.week_means(column)[LEAD_DAYS:]}
        for symptom, column in zip(SYMPTOMS, columns, strict=True)
    ]
    days = {"firstDay": first_day.isoformat(), "lastDay": last_day.isoformat(), "settlingDays": SETTLING_DAYS}
    return {**days, "symptoms": series}


def _phases(rows: Sequence[DayRow], first_dose: date | None, last_day: date) -> list[Phase]:
    """The phases, knowing that doses were taken before the rows begin: so a pause at their start is seen."""
    earlier = [] if first_dose is None else [DayRow(first_dose, (), TAKEN, None, "")]
    return progress.phases([*earlier, *rows], last_day)


def _phase(phase: Phase) -> dict[str, str | None]:
    return {
        "first": phase.first.isoformat(),
        "last": phase.last.isoformat(),
        "mg": None if phase.mg is None else mg_text(phase.mg).removesuffix(" mg"),
        "timing": phase.timing,
    }


def dose_now(rows: Sequence[DayRow], first_dose: date | None, today: date) -> str:
    """The dose of the phase that today is in, as on the course page; rows are those of rows_from(today) on."""
    return _dose_now(_phases(rows, first_dose, today))


def _dose_now(phases: Sequence[Phase]) -> str:
    """ "4.5 mg, bedtime"; empty where none is on record, or none for a week."""
    if not phases or phases[-1].mg is None:
        return BLANK
    return ", ".join(filter(None, (mg_text(phases[-1].mg), TIMES.get(phases[-1].timing))))


def _table(rows: Sequence[DayRow], sheet: Sheet, last_day: date) -> list[TableRow]:
    """The recorded days, newest first, with all that the chart shows of each."""
    medicines = {each.pk: each for each in sheet.medicines}
    holds = hold_days(sheet, last_day)
    flagged: dict[date, list[str]] = {}
    for day, words in medicine_days(sheet):
        flagged.setdefault(day, []).append(words)
    return [
        TableRow(
            row.date.isoformat(),
            day_words(row.date),
            [
                *[CELLS[score] for score in row.scores],
                dose_cell(row),
                effects_words(row.effects),
                "; ".join(filter(None, [names_of(row.as_needed, medicines), *flagged.get(row.date, ())])),
                plan_words(sheet, row.date, holds),
            ],
        )
        for row in reversed(rows)
    ]


def _recent(rows: Sequence[DayRow], today: date) -> list[Recent]:
    late = rows[-RECENT_DAYS:]
    answers = {symptom: [(row.date, row.scores[place]) for row in late] for place, symptom in enumerate(SYMPTOMS)}
    return [
        Recent(symptom, progress.now(pairs, today), len(progress.recent(pairs, today)))
        for symptom, pairs in answers.items()
    ]
