"""The usual dose becomes a plan: each change of it is a version that counts from the day of the change on."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Min
from django.utils import timezone

from tracker.days import diary_date


def write_plans(apps: Any, schema_editor: Any) -> None:
    """Every patient with a usual dose gets an episode, from their first written day on, and a version a change."""
    history = apps.get_model("tracker", "HistoricalUsualDose").objects.order_by("history_date", "history_id")
    usual = apps.get_model("tracker", "UsualDose").objects
    told = set(history.values_list("patient_id", flat=True)) | set(usual.values_list("patient_id", flat=True))
    for patient in apps.get_model("people", "Patient").objects.filter(pk__in=told).iterator():
        lines = [
            (line.history_date, line.history_user_id, line.history_type != "-", line.amount_mg, line.timing)
            for line in history.filter(patient_id=patient.pk)
        ] or [(timezone.now(), None, True, each.amount_mg, each.timing) for each in usual.filter(patient=patient)]
        _write_plan(apps, patient, lines)


def _write_plan(apps: Any, patient: Any, lines: list[tuple[datetime, Any, bool, Any, str]]) -> None:
    days = [diary_date(at, ZoneInfo(patient.time_zone), patient.day_end) for at, *_ in lines]
    entries = apps.get_model("tracker", "DiaryEntry").objects.filter(patient=patient)
    first: date | None = entries.aggregate(first=Min("diary_date"))["first"]
    episode = apps.get_model("tracker", "Episode").objects.create(
        patient=patient, opened_on=min(first or days[0], days[0])
    )
    for number, ((at, by, is_planned, mg, timing), since) in enumerate(zip(lines, days, strict=True), start=1):
        plan = apps.get_model("tracker", "Plan").objects.create(
            patient=patient,
            episode=episode,
            number=number,
            since=since,
            kind="written" if is_planned else "stopped",
            written_at=at,
            written_by=by,
        )
        if is_planned:
            steps = apps.get_model("tracker", "PlanStep").objects
            steps.create(patient=patient, plan=plan, on=since, slot=1, amount_mg=mg, timing=timing)


def offer_the_present_step(apps: Any, schema_editor: Any) -> None:
    """Going back: the step that is in force now is the usual dose again."""
    plans = apps.get_model("tracker", "Plan").objects.filter(episode__ended_on__isnull=True).order_by("-number")
    for patient in apps.get_model("people", "Patient").objects.filter(pk__in=plans.values("patient")).iterator():
        today = diary_date(timezone.now(), ZoneInfo(patient.time_zone), patient.day_end)
        plan = plans.filter(patient=patient, since__lte=today).first()
        step = plan and plan.steps.filter(on__lte=today, slot=1).order_by("on").last()
        if step:
            usual = apps.get_model("tracker", "UsualDose").objects
            usual.create(patient=patient, amount_mg=step.amount_mg, timing=step.timing)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_events_and_invitations"),
        ("tracker", "0002_treatment"),
    ]

    operations = [
        migrations.RunPython(write_plans, offer_the_present_step),
        migrations.DeleteModel(name="HistoricalUsualDose"),
        migrations.DeleteModel(name="UsualDose"),
    ]
