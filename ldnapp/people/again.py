"""Showing once more that it is oneself: a browser that was left open is not enough for what can't be taken back."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest


def was_shown(request: HttpRequest) -> bool:
    """Whether this session gave its password or second factor again, after signing in, in the last five minutes."""
    return bool(did_recently_reauthenticate(request))


def way_to_show(request: HttpRequest) -> str:
    """Where that is done, with the way back to this page. Without its query: a search may hold a name."""
    method = get_adapter().get_reauthentication_methods(request.user)[0]
    return f"{method['url']}?{urlencode({'next': request.path})}"
