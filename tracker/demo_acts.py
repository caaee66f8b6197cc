"""The acts of a made-up treatment, done on the days on which its patient would have done them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from ldnapp.people.models import Patient

from . import declaring, planning
from .answers import Answers
from .demo import MadeCourse, MadeMedicine, doses_of
from .medicines import find_opioid
from .models import Episode, Medicine, PlanKind
from .plan import Step
from .recording import record_entry
from .safety_questions import QUESTIONS_VERSION

MORNING, EVENING = time(9, 0), time(20, 40)  # UTC
NOTHING_UNUSUAL = {
    **dict.fromkeys(("opioids", "liver", "kidneys", "allergy", "immune", "breastfeeding", "operation"), "no"),
    "pregnancy": "not_for_me",
}
RULE = "Carry on if pain is clearly lower at the review, else talk about stopping."
AFTER_A_BREAK = "After a week without it, ring me before you start again."


class MadeTreatment:
    """One patient's course, told day by day through the acts of the site; days count from the first dose."""

    def __init__(self, patient: Patient, course: MadeCourse, last_day: date) -> None:
        self.patient, self.course = patient, course
        self.first = last_day - timedelta(days=course.treated_days - 1)
        self.episode: Episode
        self.medicines: dict[int, Medicine] = {}  # by their places in the course

    def acts_of(self, day: int) -> list[Callable[[int], None]]:
        """What is done on a day before its diary page is written."""
        course, begins = self.course, -self.course.baseline_days
        planned: list[tuple[int | None, Callable[[int], None]]] = [
            (begins, self._begin),
            (course.hold and course.hold[0], self._hold),
            (course.stop and course.stop[0], self._stop),
        ]
        return [act for on, act in planned if on == day]

    def live(self, day: int) -> None:
        """Do what is done on this day."""
        for act in self.acts_of(day):
            act(day)
        for place, medicine in enumerate(self.course.medicines):
            if day == (medicine.added if medicine.added is not None else -self.course.baseline_days):
                self._add(place, medicine, day)

    def record(self, on: date, late: int, answers: Answers) -> None:
        """Write a diary day, so many days after it."""
        ticked = tuple(self.medicines[place].pk for place in answers.as_needed if place in self.medicines)
        written = datetime.combine(on + timedelta(days=late), EVENING, UTC)
        said = replace(answers, as_needed=ticked)
        record_entry(self.patient, on, said, started_from=0, by=self.patient.user, now=written)

    def day(self, day: int) -> date:
        """The date of a day of the course."""
        return self.first + timedelta(days=day)

    def _morning(self, day: int) -> datetime:
        return datetime.combine(self.day(day), MORNING, UTC)

    def _begin(self, day: int) -> None:
        """What first run asks for: the episode, what a dose is made of, the safety questions and the plan."""
        course, by, now = self.course, self.patient.user, self._morning(day)
        opened = self.day(day)
        self.episode = planning.open_episode(
            self.patient,
            {
                "opened_on": opened,
                "already_taking": course.already_taking,
                "began_on": opened.replace(day=1) - timedelta(days=365) if course.already_taking else None,
                "starts_on": None if course.already_taking else self.first,
                "condition": "fibromyalgia",
                "stop_words": RULE if course.review else "",
                "restart_words": AFTER_A_BREAK if course.review else "",
                "review_on": None if course.review is None else self.day(course.review),
            },
            by=by,
            now=now,
        )
        planning.set_main_symptom(self.episode, "pain", since=opened, by=by, now=now)
        planning.set_supply(
            self.episode,
            form=course.form,
            capsules_mg=[Decimal(size) for size in course.capsules_mg],
            mg_per_ml=None if course.mg_per_ml is None else Decimal(course.mg_per_ml),
            since=opened,
            by=by,
            now=now,
        )
        declaring.answer_safety(self.patient, NOTHING_UNUSUAL, version=QUESTIONS_VERSION, today=opened, by=by, now=now)
        planning.write_plan(self.episode, self._steps(course.planned), since=opened, by=by, now=now)

    def _steps(self, planned: tuple[tuple[int, str], ...]) -> list[Step]:
        return [Step(self.day(start), doses_of(self.course, Decimal(mg))) for start, mg in planned]

    def _hold(self, day: int) -> None:
        """Stay on the dose of this day; the steps after it come later by as many days."""
        until = self.course.hold[1] if self.course.hold else day
        present = [(day, mg) for start, mg in self.course.planned if start <= day][-1:]
        coming = [(start, mg) for start, mg in self.course.planned if start > day]
        moved = [(start + until - coming[0][0], mg) for start, mg in coming]
        planning.write_plan(
            self.episode,
            self._steps((*present, *moved)),
            since=self.day(day),
            kind=PlanKind.HELD,
            hold_until=self.day(until) - timedelta(days=1),
            words="Let the dreams settle first.",
            by=self.patient.user,
            now=self._morning(day),
        )

    def _stop(self, day: int) -> None:
        _, reason, note = self.course.stop or (day, "other", "")
        now = datetime.combine(self.day(day), EVENING, UTC)
        ended = self.day(day)
        planning.stop_treatment(self.episode, ended_on=ended, reason=reason, note=note, by=self.patient.user, now=now)

    def _add(self, place: int, made: MadeMedicine, day: int) -> None:
        match = find_opioid(made.name)
        on = self.day(day)
        medicine = Medicine(
            patient=self.patient,
            name=made.name,
            use=made.use,
            since=None if made.since is None else self.day(made.since),
            added_on=on,
            opioid=match.generic if match else "",
            opioid_level=match.level if match else "",
            opioid_answer=made.answer,
            answered_on=on if made.answer else None,
        )
        declaring.save_medicine(medicine, by=self.patient.user, now=self._morning(day))
        self.medicines[place] = medicine
