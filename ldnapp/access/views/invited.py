"""Opening an invitation: its link or its code, then an account, then what sharing means.

A GET of a link does nothing and knows nothing: mail scanners open links. Only a person's POST looks
the invitation up, and all that it does is to note it in their own session. Nothing here says whose
an invitation is before the invited person has signed in.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ldnapp.access import invitation_session as session
from ldnapp.access import invitations
from ldnapp.access.audience import ANYONE, PATIENT, PatientRequest, audience
from ldnapp.access.forms.invitations import CodeForm
from ldnapp.access.limits import too_many
from ldnapp.access.models import Invitation
from ldnapp.people.models import Role

# Names of limits in settings.ACCOUNT_RATE_LIMITS.
LINK, CODE, CODE_SESSION = "invitation_link", "invitation_code", "invitation_code_session"


@audience(ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def invited_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One page and one button, the same for every link there could be."""
    if request.method != "POST":
        return render(request, "access/invited/link.html")
    if refused := too_many(request, LINK):
        return refused
    invitation = invitations.usable_by_token(token) if _may_be_invited(request) else None
    return _leads_nowhere(request) if invitation is None else _go_on_with(request, invitation)


@audience(ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest) -> HttpResponse:
    """The code, for whom the link does not work."""
    if request.method != "POST":
        return render(request, "access/invited/code.html", {"form": CodeForm()})
    if refused := too_many(request, CODE) or _too_many_of_this_session(request):
        return refused
    if not _may_be_invited(request):
        return _leads_nowhere(request)
    form = CodeForm(request.POST)
    if not form.is_valid() or form.invitation is None:
        return render(request, "access/invited/code.html", {"form": form}, status=422)
    return _go_on_with(request, form.invitation)


@audience(ANYONE)
@require_safe
def invited_welcome(request: HttpRequest) -> HttpResponse:
    """An account already, or a new one?"""
    if request.user.is_authenticated or not session.is_invited(request):
        return redirect("access:invited")
    return render(request, "access/invited/welcome.html")


@audience(PATIENT)
@require_safe
def invited_answer(request: PatientRequest) -> HttpResponse:
    """On to the words on sharing, for the account whose confirmed address was invited; for no other.

    A GET that writes (the question, its events), once: what decided it was the POST of link or code in this
    session, which this only finishes for whoever had to sign in first.
    """
    pk = session.invitation_of(request)
    if request.method == "HEAD" or pk is None:
        return _leads_nowhere(request)
    link = invitations.open_invitation(pk, request.patient)
    if link is None:
        session.forget(request)
        return _leads_nowhere(request)
    if link.is_active:
        session.forget(request)
        messages.info(request, f"{link.clinician.name} can see your diary already. Nothing was changed.")
        return redirect("access:sharing")
    return redirect("access:link_consent", link.pk)


def _may_be_invited(request: HttpRequest) -> bool:
    """Whether whoever is signed in could have a diary to share; nobody signed in could."""
    return not request.user.is_authenticated or request.user.role == Role.PATIENT


def _go_on_with(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    session.remember(request, invitation.pk, invitation.email)
    return redirect("access:invited_answer" if request.user.is_authenticated else "access:invited_welcome")


def _leads_nowhere(request: HttpRequest) -> HttpResponse:
    """The one page for links that are wrong, used, too old, taken back, or someone else's."""
    return render(request, "access/invited/nowhere.html", status=404)


def _too_many_of_this_session(request: HttpRequest) -> HttpResponse | None:
    """Counted where there is a session: without one only the address counts, which a whole clinic may share."""
    key = request.session.session_key
    return too_many(request, CODE_SESSION, key=key) if key else None
