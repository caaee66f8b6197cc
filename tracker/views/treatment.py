"""The treatment: what it is at present, and the short forms around it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.days import FIRST_DAY
from tracker.flags import ON_DIARY, ON_TREATMENT, for_patient
from tracker.forms.episode import DetailsForm, MainSymptomForm, NextReviewForm, PauseForm, StopForm
from tracker.models import Episode, Flag, MainSymptom, Pause, SafetyAnswers, Supply
from tracker.plan import DAY, adherence, earlier_doses, next_step
from tracker.plan_text import made_of, step_words
from tracker.planning import change_episode, note_pause, set_main_symptom, set_supply, stop_treatment
from tracker.reading import last_dose, read_rows, read_sheet, written_before
from tracker.sheet import Sheet
from tracker.symptoms import symptom_by_key
from tracker.timeline import after_stop_until, due_not_taken, in_days, pause_now, timeline

FORMS = ["GET", "HEAD", "POST"]
ADHERENCE_DAYS = 28


def begun(request: PatientRequest) -> Episode:
    """The open episode. Raises Http404 where none is."""
    episode = Episode.objects.current(request.patient)
    if episode is None:
        raise Http404
    return episode


@audience(PATIENT)
@require_safe
def treatment(request: PatientRequest) -> HttpResponse:
    """The dose now, the plan as a line of time, and the way to everything about it."""
    patient, today = request.patient, clock.today(request.patient)
    episode, sheet = Episode.objects.newest(patient), read_sheet(patient)
    if episode is None:
        return render(request, "tracker/treatment/empty.html")
    since = max(today - ADHERENCE_DAYS * DAY, FIRST_DAY)
    rows = read_rows(patient, since, today)
    pause = pause_now(rows, sheet, today)
    flags = list(Flag.objects.of(patient).showing(today))
    context = {
        "flag_notes": for_patient(flags, today, ON_TREATMENT | ON_DIARY),
        "episode": episode,
        "sheet": sheet,
        "today": today,
        **present_dose(sheet, today),
        "timeline": timeline(
            sheet, today, written_before=written_before(patient, sheet), stop_words=episode.stop_words
        ),
        "due": due_not_taken(sheet, rows, today),
        "kept": adherence(rows, sheet.versions, since + DAY, today) if episode.is_open else None,
        "pause": pause,
        "pause_reason": Pause.objects.of(patient).filter(since=pause).first() if pause else None,
        "can_go_back": bool(earlier_doses(sheet.versions, today)),
        "supply": Supply.objects.from_days(episode).filter(since__lte=today).last(),
        "main_symptom": symptom_by_key(sheet.main_symptom),
        "answers": SafetyAnswers.objects.newest(patient),
        "after_stop_until": after_stop_until(episode.ended_on) if episode.ended_on else None,
    }
    return render(request, "tracker/treatment/page.html", context)


def present_dose(sheet: Sheet, today: date) -> dict[str, Any]:
    """Today's planned dose and the next step, in words; empty where nothing is planned."""
    step = sheet.step_on(today)
    coming = next_step(sheet.versions, today) if sheet.is_open else None
    return {
        "dose": step_words(step) if step else "",
        "dose_mg": step.mg if step else None,
        "dose_made_of": " and ".join(filter(None, (made_of(dose, sheet.supply) for dose in step.doses)))
        if step
        else "",
        "dose_day": (today - step.on).days + 1 if step else None,
        "next": coming,
        "next_words": step_words(coming) if coming else "",
        "next_in": in_days(coming.on, today) if coming else "",
    }


@audience(PATIENT)
@require_http_methods(FORMS)
def details(request: PatientRequest) -> HttpResponse:
    """What a dose is made of, and what was agreed."""
    episode, sheet, today = begun(request), read_sheet(request.patient), clock.today(request.patient)
    supply = Supply.objects.from_days(episode).filter(since__lte=today).last()
    posted = request.POST if request.method == "POST" else None
    form = DetailsForm(posted, sheet=sheet, today=today, initial=initial_details(episode, supply))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        change_episode(episode, form.said, by=request.user, now=clock.now())
        if said["form"]:
            set_supply(
                episode,
                form=said["form"],
                capsules_mg=form.sizes,
                mg_per_ml=said["mg_per_ml"],
                pharmacy=said["pharmacy"],
                since=today,
                by=request.user,
                now=clock.now(),
            )
        messages.success(request, "Saved. Past days keep what they say.")
        return redirect("tracker:treatment")
    return render(request, "tracker/treatment/details.html", {"form": form}, status=422 if form.errors else 200)


def initial_details(episode: Episode, supply: Supply | None) -> dict[str, Any]:
    """The details as they are."""
    named = ("raise_words", "stop_words", "restart_words", "review_on", "starts_on")
    sizes = supply.capsules_mg if supply else []
    usual = [value for value, _ in DetailsForm.base_fields["capsules"].choices]  # type: ignore[attr-defined]
    return {
        **{name: getattr(episode, name) for name in named},
        "form": supply.form if supply else "",
        "capsules": [size for size in sizes if size in usual],
        "other_capsules": ", ".join(size for size in sizes if size not in usual),
        "mg_per_ml": supply.mg_per_ml if supply else None,
        "pharmacy": supply.pharmacy if supply else "",
    }


@audience(PATIENT)
@require_http_methods(FORMS)
def main_symptom(request: PatientRequest) -> HttpResponse:
    """Name the main symptom, or another one from today on."""
    episode, today = begun(request), clock.today(request.patient)
    named = MainSymptom.objects.from_days(episode).filter(since__lte=today).last()
    posted = request.POST if request.method == "POST" else None
    form = MainSymptomForm(posted, initial={"symptom": named.symptom} if named else None)
    if form.is_bound and form.is_valid():
        since = today if named else episode.opened_on
        set_main_symptom(episode, form.cleaned_data["symptom"], since=since, by=request.user, now=clock.now())
        messages.success(request, "Saved.")
        return redirect("tracker:treatment")
    context = {"form": form, "named": named}
    return render(request, "tracker/treatment/main_symptom.html", context, status=422 if form.errors else 200)


@audience(PATIENT)
@require_http_methods(FORMS)
def stop(request: PatientRequest) -> HttpResponse:
    """End the treatment: asks why, keeps everything."""
    episode, sheet, today = begun(request), read_sheet(request.patient), clock.today(request.patient)
    dose = last_dose(request.patient)
    form = StopForm(
        request.POST if request.method == "POST" else None,
        sheet=sheet,
        today=today,
        last_dose=dose.diary_date if dose and dose.diary_date >= episode.opened_on else None,
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        stop_treatment(
            episode,
            ended_on=said["ended_on"],
            reason=said["reason"],
            note=said["note"],
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "The stop is written down. Everything you wrote stays.")
        return redirect("tracker:treatment")
    return render(request, "tracker/treatment/stop.html", {"form": form}, status=422 if form.errors else 200)


@audience(PATIENT)
@require_http_methods(FORMS)
def pause(request: PatientRequest) -> HttpResponse:
    """Why there was no dose for a week or longer."""
    episode, sheet, today = begun(request), read_sheet(request.patient), clock.today(request.patient)
    since = pause_now(read_rows(request.patient, max(today - 28 * DAY, FIRST_DAY), today), sheet, today)
    if since is None:
        return redirect("tracker:treatment")
    known = Pause.objects.of(request.patient).filter(since=since).first()
    posted = request.POST if request.method == "POST" else None
    form = PauseForm(posted, initial={"reason": known.reason} if known else None)
    if form.is_bound and form.is_valid():
        note_pause(request.patient, since, form.cleaned_data["reason"], by=request.user, now=clock.now())
        messages.success(request, "Saved.")
        return redirect("tracker:treatment")
    context = {"form": form, "since": since, "episode": episode}
    return render(request, "tracker/treatment/pause.html", context, status=422 if form.errors else 200)


@audience(PATIENT)
@require_http_methods(FORMS)
def review_done(request: PatientRequest) -> HttpResponse:
    """The review took place today; the date of the next one."""
    episode, today = begun(request), clock.today(request.patient)
    if episode.review_on is None:
        return redirect("tracker:treatment")
    form = NextReviewForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_bound and form.is_valid():
        following = form.cleaned_data["review_on"]
        said = {"review_on": following, "reviewed_on": None} if following else {"reviewed_on": today}
        change_episode(episode, said, by=request.user, now=clock.now())
        messages.success(request, "The review is written down.")
        return redirect("tracker:treatment")
    return render(request, "tracker/treatment/review.html", {"form": form}, status=422 if form.errors else 200)
