"""The prescriber's invitations: send one, see where each stands, send again, withdraw."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ldnapp.access import invitations as acts
from ldnapp.access.audience import CLINICIAN, ClinicianRequest, audience
from ldnapp.access.forms.address import AddressForm
from ldnapp.access.limits import SENDING, too_many
from ldnapp.access.models import Invitation

PER_PAGE = 25


@audience(CLINICIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: ClinicianRequest) -> HttpResponse:
    """A form for one address, and the list."""
    if request.method != "POST":
        return _page(request, AddressForm())
    if refused := too_many(request, SENDING):
        return refused
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            acts.invite(request.clinician, form.cleaned_data["email"], by=request.user)
        except ValidationError as reason:
            form.add_error("email", reason)
        else:
            messages.success(request, "Sent. Link and code in the mail work for 14 days.")
            return redirect("access:invitations")
    return _page(request, form)


@audience(CLINICIAN)
@require_POST
def invitation_resend(request: ClinicianRequest, pk: int) -> HttpResponse:
    """A new mail; the link and the code before it stop working."""
    invitation = get_object_or_404(Invitation, clinician=request.clinician, pk=pk)
    if refused := too_many(request, SENDING):
        return refused
    try:
        if acts.resend(invitation, by=request.user):
            messages.success(request, "Sent again. Only the newest mail works, for 14 days from now.")
        else:
            messages.warning(request, "Nothing was sent: this invitation is over.")
    except ValidationError as reason:
        messages.warning(request, reason.messages[0])
    return redirect("access:invitations")


@audience(CLINICIAN)
@require_POST
def invitation_withdraw(request: ClinicianRequest, pk: int) -> HttpResponse:
    """Link and code stop working, and nothing is asked any more."""
    invitation = get_object_or_404(Invitation, clinician=request.clinician, pk=pk)
    if acts.withdraw(invitation, by=request.user):
        messages.success(request, "Withdrawn. Its link and its code no longer work.")
    else:
        messages.warning(request, "Nothing was changed: this invitation was over already.")
    return redirect("access:invitations")


def _page(request: ClinicianRequest, form: AddressForm) -> HttpResponse:
    """The page as it stands; 422 where something is wrong with the form."""
    now = timezone.now()
    pages = Paginator(Invitation.objects.filter(clinician=request.clinician).order_by("-invited_at", "-pk"), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "rows": [(invitation, invitation.state(now)) for invitation in page],
        "page_obj": page,
        "total": pages.count,
    }
    return render(request, "access/invitations/page.html", context, status=422 if form.errors else 200)
