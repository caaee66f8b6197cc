"""Run inside a copy of the project in which a sixth symptom was declared: see test_sixth_symptom.py.

Makes the migration, migrates a new database, lets a patient save a day through the pages, and
prints where the sixth symptom is found.
"""

import json
import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # the settings have to be named first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests import factories, pages  # noqa: E402
from tracker import clock  # noqa: E402
from tracker.models import DiaryEntry  # noqa: E402
from tracker.symptoms import SYMPTOMS  # noqa: E402

SIXTH = SYMPTOMS[-1]


def client_of(user: Any) -> Client:
    """A browser in which this user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def found() -> dict[str, Any]:
    """What each page holds of the sixth symptom after six earlier days and one that is saved through the form."""
    link = factories.ActiveLinkFactory()
    factories.give_second_factor(link.clinician.user)
    patient, clinician = client_of(link.patient.user), client_of(link.clinician.user)
    path = f"/diary/{clock.today(link.patient)}/"
    factories.write_days(link.patient, 7, scores=(1, 1, 1, 1, 1, 9))
    DiaryEntry.objects.of(link.patient).filter(diary_date=clock.today(link.patient)).delete()
    page = patient.get(path)
    fields = {**pages.form_of(page), "pain": "0", SIXTH.key: "9"}
    return {
        "is asked for": SIXTH.question in pages.words_of(page),
        "saved": patient.post(path, fields).status_code,
        "stored": DiaryEntry.objects.of(link.patient).values_list(SIXTH.key, flat=True).last(),
        "shown again": pages.form_of(patient.get(path)).get(SIXTH.key),
        "refused at 11": patient.post(path, {**fields, SIXTH.key: "11"}).status_code,
        "payload": [one["scores"][-1] for one in pages.course_payload(patient.get("/progress/"))["symptoms"]],
        "table": next(iter(pages.course_table(clinician.get(f"/clinic/patients/{link.patient.pk}/")).values())),
        "caseload": [" ".join(cell.split()) for cell in pages.part_of(clinician.get("/clinic/"), "main").rows[1]],
    }


if __name__ == "__main__":
    call_command("makemigrations", "tracker", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    setup_test_environment()
    print(json.dumps(found()))  # noqa: T201  (read by the test)
