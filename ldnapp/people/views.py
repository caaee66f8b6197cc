"""One's own sessions. Who these pages are for stands in the table of ldnapp/access/audience.py."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from .devices import SHOWN, devices_of, end_other_sessions, end_session
from .models import Role, User


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where this user is signed in."""
    user = _user(request)
    devices = devices_of(user, request.session.session_key)
    shown = {"devices": devices[:SHOWN], "total": len(devices), "is_utc": user.role != Role.PATIENT}
    return render(request, "people/sessions.html", shown)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session of this user, from another one."""
    user, this = _user(request), request.session.session_key
    if not end_session(user, pk):
        raise Http404
    if not request.session.exists(this or ""):
        logout(request)  # it was this one
        return redirect("account_login")
    messages.success(request, "Ended. That device is signed out.")
    return redirect("people:sessions")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End every session of this user but this one."""
    ended = end_other_sessions(_user(request), request.session.session_key)
    messages.success(request, "Ended. You are signed in here only." if ended else "You were signed in here only.")
    return redirect("people:sessions")


def _user(request: HttpRequest) -> User:
    """The user who is signed in: nobody else gets here."""
    return cast(User, request.user)
