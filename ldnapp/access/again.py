"""Acts before which someone shows once more that it is them: a phone that was left open is not enough."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpResponse, HttpResponseRedirect

from ldnapp.people.again import was_shown, way_to_show

from .audience import SignedInRequest

Asker = TypeVar("Asker", bound=SignedInRequest)


def asks_again(view: Callable[[Asker], HttpResponse]) -> Callable[[Asker], HttpResponse]:
    """A POST without that changes nothing: it leads to the question and back to the page that it came from.

    allauth's own decorator keeps the POST and then calls the view past our middleware, and without
    the page and its words being seen again.
    """

    @wraps(view)
    def asked(request: Asker) -> HttpResponse:
        if request.method == "POST" and not was_shown(request):
            return HttpResponseRedirect(way_to_show(request))
        return view(request)

    return asked
