"""Showing once more that it is oneself: a browser that was left open is not enough for what can't be taken back.

allauth's own decorator keeps the POST and then calls the view past our middleware, and without the
page and its words being seen again: so what was asked for is done by a second press.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Asker = TypeVar("Asker", bound=HttpRequest)


def has_reauthenticated(request: HttpRequest) -> bool:
    """Whether this session gave its password or second factor again, after signing in, in the last five minutes."""
    return bool(did_recently_reauthenticate(request))


def reauthentication_url(request: HttpRequest) -> str:
    """Where that is done, with the way back to this page; "" where it has been.

    Without the page's query: a search may hold a name.
    """
    if has_reauthenticated(request):
        return ""
    method = get_adapter().get_reauthentication_methods(request.user)[0]
    return f"{method['url']}?{urlencode({'next': request.path})}"


def led_to_reauthentication(request: HttpRequest) -> HttpResponse:
    """To that page, and back; what was posted is not done."""
    if request.method == "POST":
        messages.warning(request, "Nothing was changed yet. Show that this is you, then do it once more.")
    return HttpResponseRedirect(reauthentication_url(request))


def requires_reauthentication(view: Callable[[Asker], HttpResponse]) -> Callable[[Asker], HttpResponse]:
    """A view whose POST is done only for someone who has just shown that it is them."""

    @wraps(view)
    def asked(request: Asker) -> HttpResponse:
        if request.method == "POST" and not has_reauthenticated(request):
            return led_to_reauthentication(request)
        return view(request)

    return asked
