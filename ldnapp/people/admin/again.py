"""What changes who can get in asks an admin first to show once more that it is them.

Else whoever finds an admin's browser open could make an admin of their own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.html import format_html

from ldnapp.people.reauthentication import has_reauthenticated, led_to_reauthentication

Action = Callable[[Any, Any, QuerySet[Any]], HttpResponse | None]


def asks_again(action: Action) -> Action:
    """An action of a list that is done only by someone who has just shown that it is them."""

    @wraps(action)
    def asked(page: Any, request: Any, queryset: QuerySet[Any]) -> HttpResponse | None:
        return action(page, request, queryset) if has_reauthenticated(request) else led_to_reauthentication(request)

    return asked


class FormThatAsks(forms.ModelForm):
    """A form that is good only from someone who has just shown that it is them; it keeps what was typed."""

    reauthentication_url = ""  # set for each request by the page; empty: it was shown

    def clean(self) -> dict[str, Any]:
        """Refuse, with the way to show it: in another tab, so that nothing has to be typed twice."""
        cleaned = super().clean() or self.cleaned_data
        if self.reauthentication_url:
            link = '<a href="{}" target="_blank" rel="noopener">Show once more that this is you</a>'
            words = "Nothing was saved yet. " + link + " (in a new tab), then come back here and save again."
            raise forms.ValidationError(format_html(words, self.reauthentication_url))
        return cleaned
