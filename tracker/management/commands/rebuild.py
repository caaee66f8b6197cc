"""Makes what is derived from the record anew: every patient's summary and flags. Needed after a change of the rules."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from ldnapp.people.models import Patient
from ldnapp.people.one_by_one import SomeFailed, one_by_one
from tracker import clock
from tracker.models import DiaryEntry, Episode, Summary
from tracker.summarising import rewrite
from tracker.writing import lock

EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = "Rebuild summaries and flags from the record. It can be stopped and run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--missing", action="store_true", help="only of patients who wrote something and have no summary"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        patients = Patient.objects.select_related("user").order_by("pk")
        if options["missing"]:
            wrote = Q(pk__in=DiaryEntry.objects.values("patient")) | Q(pk__in=Episode.objects.values("patient"))
            patients = patients.filter(wrote).exclude(pk__in=Summary.objects.values("patient"))
        total, done, said = patients.count(), 0, time.monotonic()

        def rebuild(patient: Patient) -> bool:
            nonlocal done, said
            with transaction.atomic():
                lock(patient)
                rewrite(patient, now=clock.now())
            done += 1
            if time.monotonic() - said > EVERY:
                self.stdout.write(f"{done} of {total}")
                said = time.monotonic()
            return True

        try:
            one_by_one(rebuild, patients.iterator(chunk_size=200))
        except SomeFailed as failed:
            raise CommandError(str(failed)) from failed
        if total:
            self.stdout.write(f"{done} of {total} rebuilt")
