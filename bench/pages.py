"""What is measured: our pages, each beside what it is held against."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse

from tracker.models import DiaryEntry, Dose
from tracker.symptoms import SYMPTOM_KEYS

from . import floor
from .browser import Browser, Reply, site_with
from .data import LONG_DAYS, Cast
from .floor import PersonDay
from .measure import Pair, Side

YEAR = 365
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
OURS, FLOOR = "ours", "floor"


class Pages:
    """The people of the run at their browsers, at our site and at the floor."""

    def __init__(self, cast: Cast) -> None:
        self.cast, patient, clinician = cast, cast.patient.user, cast.clinician.user
        site, bare = site_with(settings.MIDDLEWARE), site_with(floor.MIDDLEWARE)
        backend, plain = settings.AUTHENTICATION_BACKENDS
        self.patient, self.bare_patient = Browser(site, patient, backend), Browser(bare, patient, plain)
        self.prescriber, self.bare_prescriber = Browser(site, clinician, backend), Browser(bare, clinician, plain)
        self.number = count()

    def pairs(self, twin: BaseDatabaseWrapper) -> Iterator[Pair]:
        """Every page with what it is held against, and its goal. The twin is the database without the caseload."""
        today, yesterday = self.cast.today, self.cast.today - timedelta(days=1)
        ours, bare = self.patient, self.bare_patient
        diary = shown(ours, reverse("tracker:diary_day", args=[today]))
        progress = reverse("tracker:progress")
        year, ten_years = (shown(ours, f"{progress}?days={days}") for days in (YEAR, LONG_DAYS))
        caseload = shown(self.prescriber, reverse("clinician:caseload"))
        yield Pair("diary", diary, shown(bare, f"/form/{today}/", FLOOR), 1.5)
        yield Pair("days of a month", shown(ours, reverse("tracker:history")), replace(diary, name="our diary"), 1.5)
        yield Pair("course, a year", year, shown(bare, f"/course/{YEAR}/", FLOOR), 2.5)
        yield Pair("course, ten years", ten_years, replace(year, name="our year"), 4.0)
        yield Pair("caseload of 500", caseload, shown(self.bare_prescriber, "/list/", FLOOR), 1.5)
        yield Pair("diary beside 500", diary, replace(diary, name="beside one", database=twin), 1.1)
        yield Pair("save over a day", self.save(today), self.bare_save(today), 2.0)
        yield Pair("save a new day", self.save(yesterday, first=True), self.bare_save(yesterday, first=True), 2.0)

    def save(self, day: date, *, first: bool = False) -> Side:
        """Save a day with new values: over the version that is there, or for the first time."""
        url = reverse("tracker:diary_day", args=[day])
        fields: dict[str, str] = {}

        def open_form() -> None:
            if first:
                for table in (DiaryEntry, Dose):
                    table.objects.filter(patient=self.cast.patient, diary_date=day)._raw_delete(using="default")
            page = self.patient.get(url).page.decode()
            fields.update(dict(HIDDEN.findall(page)) | self.answers())

        return Side(OURS, lambda: expected(self.patient.post(url, fields), 302), open_form)

    def bare_save(self, day: date, *, first: bool = False) -> Side:
        """The floor's upsert with new values."""
        url = f"/form/{day}/"

        def forget() -> None:
            if first:
                PersonDay.objects.filter(person__user=self.cast.patient.user, day=day).delete()

        return Side(FLOOR, lambda: expected(self.bare_patient.post(url, self.answers()), 302), forget)

    def answers(self) -> dict[str, str]:
        """A day's answers, other ones each time."""
        number = next(self.number)
        scores = {key: str((number + place) % 11) for place, key in enumerate(SYMPTOM_KEYS)}
        return scores | {"dose_status": "usual", "dose": "usual", "note": f"Walked for {number} minutes."}


def shown(browser: Browser, url: str, name: str = OURS) -> Side:
    """Loading a page."""
    return Side(name, lambda: expected(browser.get(url), 200))


def expected(reply: Reply, status: int) -> Reply:
    """The reply, if it is what the page should answer: an error page is quick, too."""
    if reply.status != status:
        raise RuntimeError(f"{reply.status} instead of {status}")
    return reply
