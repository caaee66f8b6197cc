"""What changes who can get in asks an admin first to show once more that it is them.

Else whoever finds an admin's browser open could make an admin of their own. allauth's decorator keeps the
POST and then calls the page past our middleware, so nothing here uses it: what was asked for is done by a
second press.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html

from ldnapp.people.again import was_shown, way_to_show

Action = Callable[[Any, Any, QuerySet[Any]], HttpResponse | None]


def led_to_show(request: HttpRequest) -> HttpResponse:
    """To that page, and back; what was posted is not done."""
    if request.method == "POST":
        messages.warning(request, "Nothing was changed yet. Show that this is you, then do it once more.")
    return HttpResponseRedirect(way_to_show(request))


def asks_again(action: Action) -> Action:
    """An action of a list that is done only by someone who has just shown that it is them."""

    @wraps(action)
    def asked(page: Any, request: Any, queryset: QuerySet[Any]) -> HttpResponse | None:
        return action(page, request, queryset) if was_shown(request) else led_to_show(request)

    return asked


class FormThatAsks(forms.ModelForm):
    """A form that is good only from someone who has just shown that it is them; it keeps what was typed."""

    way_to_show = ""  # set for each request by the page; empty: it was shown

    def clean(self) -> dict[str, Any]:
        """Refuse, with the way to show it: in another tab, so that nothing has to be typed twice."""
        cleaned = super().clean() or self.cleaned_data
        if self.way_to_show:
            link = '<a href="{}" target="_blank" rel="noopener">Show once more that this is you</a>'
            words = "Nothing was saved yet. " + link + " (in a new tab), then come back here and save again."
            raise forms.ValidationError(format_html(words, self.way_to_show))
        return cleaned
