"""Other medicines: kept as they are written, and asked about where one looks like an opioid."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ldnapp.access.audience import PATIENT, PatientRequest, audience
from tracker import clock
from tracker.declaring import MOST_MEDICINES, TooManyMedicines, delete_medicine, save_medicine
from tracker.forms.medicine import MedicineForm, OpioidForm
from tracker.medicines import find_opioid, words_for
from tracker.models import DiaryEntry, Medicine, OpioidAnswer, OpioidLevel
from tracker.suggestions import SUGGESTIONS

FORMS = ["GET", "HEAD", "POST"]
ASKED = {OpioidLevel.URGENT, OpioidLevel.SOON, OpioidLevel.UNSURE}
TAKEN = {OpioidAnswer.NOW, OpioidAnswer.LATELY, OpioidAnswer.LONG_LATELY}


def own(request: PatientRequest, pk: int) -> Medicine:
    """This patient's medicine of this number. Raises Http404 for anybody else's."""
    found = Medicine.objects.of(request.patient).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@audience(PATIENT)
@require_http_methods(FORMS)
def medicines(request: PatientRequest) -> HttpResponse:
    """What is taken beside LDN, and a form for one more."""
    today = clock.today(request.patient)
    form = MedicineForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_bound and form.is_valid():
        medicine = Medicine(patient=request.patient, added_on=today)
        if answer := keep(request, medicine, form):
            return answer
    known = list(Medicine.objects.of(request.patient).order_by("name", "pk"))
    context = {
        "form": form,
        "present": [each for each in known if each.until is None or each.until >= today],
        "ended": [each for each in known if each.until is not None and each.until < today],
        "suggestions": sorted({*SUGGESTIONS, *(each.name for each in known)}),
        "most": MOST_MEDICINES,
    }
    return render(request, "tracker/medicines/list.html", context, status=422 if form.errors else 200)


@audience(PATIENT)
@require_http_methods(FORMS)
def medicine(request: PatientRequest, pk: int) -> HttpResponse:
    """Change one: its name, how it is taken, its dates."""
    found, today = own(request, pk), clock.today(request.patient)
    form = MedicineForm(request.POST if request.method == "POST" else None, today=today, medicine=found)
    if form.is_bound and form.is_valid() and (answer := keep(request, found, form)):
        return answer
    context = {"form": form, "medicine": found, "is_ticked": is_ticked(found), "suggestions": SUGGESTIONS}
    return render(request, "tracker/medicines/change.html", context, status=422 if form.errors else 200)


def keep(request: PatientRequest, medicine: Medicine, form: MedicineForm) -> HttpResponse | None:
    """Save what was said, and where the name looks like an opioid go on to ask; None where it can't be saved."""
    said = form.cleaned_data
    if said["name"] != medicine.name:
        recognise(medicine, said["name"])
    for name, value in said.items():
        setattr(medicine, name, value)
    try:
        save_medicine(medicine, by=request.user, now=clock.now())
    except TooManyMedicines:
        form.add_error("name", f"The list holds {MOST_MEDICINES} medicines and is full. Take one off the list first.")
        return None
    if medicine.opioid_level in ASKED and not medicine.opioid_answer:
        return redirect("tracker:medicine_opioid", medicine.pk)
    if medicine.opioid_level == OpioidLevel.INFO:
        messages.info(request, words_for(OpioidLevel.INFO)["patient"])
    messages.success(request, "Saved.")
    return redirect("tracker:medicines")


def recognise(medicine: Medicine, name: str) -> None:
    """Leave on the medicine what the matcher makes of its new name; what was answered before is asked again."""
    match = find_opioid(name) if settings.CLINICAL_RULES else None
    medicine.opioid = match.generic if match else ""
    medicine.opioid_level = match.level if match else ""
    medicine.opioid_answer, medicine.answered_on = "", None


@audience(PATIENT)
@require_http_methods(FORMS)
def medicine_opioid(request: PatientRequest, pk: int) -> HttpResponse:
    """Ask about a medicine that looks like an opioid, and say at once what it means."""
    found = own(request, pk)
    if found.opioid_level not in ASKED:
        return redirect("tracker:medicines")
    form = OpioidForm(request.POST if request.method == "POST" else None, initial={"answer": found.opioid_answer})
    if form.is_bound and form.is_valid():
        found.opioid_answer = form.cleaned_data["answer"]
        found.answered_on = clock.today(request.patient)
        save_medicine(found, by=request.user, now=clock.now())
        if found.opioid_answer not in TAKEN:
            messages.success(request, "Kept as you wrote it.")
            return redirect("tracker:medicines")
        return redirect("tracker:medicine_opioid", found.pk)
    return render(request, "tracker/medicines/opioid.html", asked(found, form), status=422 if form.errors else 200)


def asked(medicine: Medicine, form: OpioidForm) -> dict[str, Any]:
    """What the page of the question needs. A yes to "did you mean" is as sure as the list itself."""
    is_unsure = medicine.opioid_level == OpioidLevel.UNSURE
    level = OpioidLevel.SOON if medicine.opioid_level == OpioidLevel.SOON else OpioidLevel.URGENT
    return {
        "medicine": medicine,
        "form": form,
        "is_taken": medicine.opioid_answer in TAKEN,
        "did_you_mean": words_for(OpioidLevel.UNSURE)["patient"].format(generic=medicine.opioid) if is_unsure else "",
        "says": words_for(level)["patient"],
        "is_opioid": level == OpioidLevel.URGENT,
    }


@audience(PATIENT)
@require_POST
def medicine_delete(request: PatientRequest, pk: int) -> HttpResponse:
    """Take one that was written by mistake off the list; one that a day ticks stays."""
    found = own(request, pk)
    if is_ticked(found):
        messages.warning(request, "Some days say that you took it, so it stays. Put its last day instead.")
        return redirect("tracker:medicine", pk)
    delete_medicine(found, by=request.user, now=clock.now())
    messages.success(request, "Taken off the list.")
    return redirect("tracker:medicines")


def is_ticked(medicine: Medicine) -> bool:
    """Whether a diary day says that it was taken."""
    ticked = DiaryEntry.objects.of(medicine.patient).filter(as_needed__isnull=False)
    return any(medicine.pk in (numbers or ()) for numbers in ticked.values_list("as_needed", flat=True))
