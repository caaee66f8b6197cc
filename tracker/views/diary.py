"""The diary: one day, read and written by the patient."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ldnapp.access import renewal, typed
from ldnapp.access.audience import PATIENT, PatientRequest, audience, keeps_what_was_typed
from tracker import charts, clock
from tracker.answers import Answers
from tracker.days import FIRST_DAY, is_editable
from tracker.dose import dose_words, mg_text
from tracker.flag_notes import OPIOID, flag_notes
from tracker.forms.beside import is_beside
from tracker.forms.conflict import differences, hidden_fields, was_chosen, with_choices
from tracker.forms.diary import DiaryEntryForm, answers_in_words, initial_of
from tracker.forms.dose import amount_name, timing_name
from tracker.forms.offer import OFFER_FIELDS, Offer
from tracker.models import Flag
from tracker.plan import MOST_DOSES
from tracker.plan_text import made_of
from tracker.reading import Day, read_day, read_sheet
from tracker.recording import StaleEntry, record_entry
from tracker.safety.felt import MOOD
from tracker.sheet import Sheet
from tracker.symptoms import SYMPTOM_KEYS, WORST

DAY = timedelta(days=1)
TYPED_FIELDS = {
    *SYMPTOM_KEYS,
    *DiaryEntryForm.base_fields,
    *OFFER_FIELDS,
    *(name(slot) for name in (amount_name, timing_name) for slot in range(2, MOST_DOSES + 1)),
}
EXPIRED, KEPT = "expired", "kept"
CLOSED = "This day can’t be changed any more. What you typed is still below, so that you can copy it."
NOT_BEGUN = "This day has not begun yet in your time zone. What you typed is still below."


def keep_until_signed_in(request: PatientRequest, day: date) -> None:
    """The session ended while the patient was typing: keep it for them alone, for an hour."""
    fields = {name: str(value) for name, value in request.POST.items() if name in TYPED_FIELDS or is_beside(name)}
    typed.keep(request, request.POST.get("form_token", ""), day.isoformat(), fields)


def show_again(request: PatientRequest, day: date) -> HttpResponse | None:
    """The page had been open for too long: show it once more with all that was typed, if it is this patient's."""
    if typed.owner_of(request.POST.get("form_token", ""), day.isoformat()) != str(request.user.event_id):
        return None
    return show(request, day, typed_before=request.POST.dict(), why=EXPIRED, status=403)


@audience(PATIENT)
@require_safe
def diary_today(request: PatientRequest) -> HttpResponse:
    """Today, on the patient's own calendar."""
    return show(request, clock.today(request.patient))


@audience(PATIENT)
@keeps_what_was_typed(signed_out=keep_until_signed_in, stale=show_again)
@require_http_methods(["GET", "HEAD", "POST"])
def diary_day(request: PatientRequest, day: date) -> HttpResponse:
    """One diary date of the patient who is signed in: show it, or save it."""
    return save(request, day) if request.method == "POST" else show(request, day)


def show(
    request: PatientRequest,
    day: date,
    *,
    typed_before: dict[str, str] | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one day: as stored, or as it was typed before the session or the page ran out."""
    today = clock.today(request.patient)
    if day > today:
        raise Http404
    if typed_before is None and (typed_before := typed.take(request, day.isoformat())):
        why = KEPT
    found = read_day(request.patient, day)
    usual = planned(found.sheet, day)
    initial = typed_before or initial_of(found.answers, found.entry.version if found.entry else 0, usual)
    token = typed.token_for(request.user, day.isoformat())
    form = DiaryEntryForm(usual=usual, sheet=found.sheet, day=day, initial={**initial, "form_token": token})
    if form.same is None:
        form.same = as_yesterday(found.yesterday, form.usual)
    return render(request, "tracker/diary/day.html", day_page(request, day, form, found, why), status=status)


def save(request: PatientRequest, day: date) -> HttpResponse:
    """Save one day: 422 with what was typed where it can't be, 409 where the day was changed meanwhile."""
    refuse_another_persons_form(request, day)
    posted: Any = request.POST
    if was_chosen(posted):
        posted = with_choices(posted, read_day(request.patient, day).answers)
    sheet = read_sheet(request.patient)
    form = DiaryEntryForm(posted, usual=planned(sheet, day), sheet=sheet, day=day)
    if not is_editable(day, today := clock.today(request.patient)):
        form.add_error(None, NOT_BEGUN if day > today else CLOSED)
    if not form.is_valid():
        found = read_day(request.patient, day)
        return render(request, "tracker/diary/day.html", day_page(request, day, form, found), status=422)
    try:
        record_entry(
            request.patient,
            day,
            form.answers,
            started_from=form.cleaned_data["version"],
            by=request.user,
            now=clock.now(),
        )
    except StaleEntry as stale:
        return conflict_page(request, day, form, stale, sheet)
    typed.clear(request)
    return redirect(reverse("tracker:diary_day", args=[day]) + "#saved")


def planned(sheet: Sheet, day: date) -> Offer | None:
    """The planned dose of this day, for one tap; None where nothing is planned."""
    step = sheet.step_on(day)
    return Offer.of(step.doses) if step else None


def as_yesterday(yesterday: Answers, usual: Offer | None) -> Offer | None:
    """Yesterday's dose for one tap, where it is another one than the planned one."""
    offer = Offer.of([(dose.mg, dose.timing) for dose in yesterday.doses])
    return None if offer == usual else offer


def refuse_another_persons_form(request: PatientRequest, day: date) -> None:
    """A form that was opened by somebody else on this phone never lands in this diary."""
    owner = typed.owner_of(request.POST.get("form_token", ""), day.isoformat())
    if owner is not None and owner != str(request.user.event_id):
        raise PermissionDenied("another person's form")


def conflict_page(
    request: PatientRequest, day: date, form: DiaryEntryForm, stale: StaleEntry, sheet: Sheet
) -> HttpResponse:
    """Both sets of values, mine chosen beforehand."""
    choices, same_line = differences(stale.stored, form.answers, sheet.medicines)
    context = {
        "day": day,
        "saved_at": request.patient.wall_clock(stale.entry.changed_at),
        "differences": choices,
        "same_line": same_line,
        "hidden": hidden_fields(form.data, stale.entry.version),
    }
    return render(request, "tracker/diary/conflict.html", context, status=409)


def day_page(request: PatientRequest, day: date, form: DiaryEntryForm, found: Day, why: str = "") -> dict[str, Any]:
    """What the template of a day needs."""
    patient, today = request.patient, clock.today(request.patient)
    form.hint_at(found.yesterday)
    form.effects_yesterday = found.yesterday.side_effects
    flags = list(Flag.objects.of(patient).showing(today))
    form.asks_withdrawal = any(flag.rule == OPIOID for flag in flags)
    return {
        **flag_notes(patient, flags, today, is_low=found.answers.scores[MOOD] == WORST),
        "form": form,
        "draft": typed.draft_key(request.user),
        "day": day,
        "today": today,
        "asks_anew": day == today and not form.is_bound and renewal.link_to_ask_about(patient) is not None,
        "entry": found.entry,
        "answers": [(label, words) for _, label, words in answers_in_words(found.answers, found.sheet.medicines)],
        "dose_yesterday": dose_words(found.yesterday.dose_status, found.yesterday.dose_mg),
        "made_of": " + ".join(filter(None, (made_of(dose, found.sheet.supply) for dose in form.usual.planned)))
        if form.usual
        else "",
        "needs_first_run": day == today and found.sheet.opened_on is None,
        "previous_day": day - DAY if day > FIRST_DAY else None,
        "next_day": day + DAY if day < today else None,
        "is_editable": is_editable(day, today) or form.is_bound,
        "can_move": found.entry is not None and is_editable(day - DAY, today) and not dict(found.recent)[day - DAY],
        "week_line": week_line(day, today, found),
        "note_kind": why,
        "recent": [(f"{day:%A}", written) for day, written in found.recent],
        "saved_at": patient.wall_clock(found.entry.changed_at) if found.entry else None,
        "saved_elsewhen": day != today,
    }


def week_line(day: date, today: date, found: Day) -> str:
    """ "Week 7 on LDN, 3.0 mg": today's planned dose, which says nothing of an earlier day."""
    step = found.sheet.step_on(day) if day == today else None
    return charts.week_line(found.sheet, day, mg_text(step.mg) if step else "")
