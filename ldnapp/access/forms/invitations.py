"""The code of an invitation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ldnapp.access import invitations
from ldnapp.access.models import Invitation

CANT_BE_USED = "This code can’t be used."


class CodeForm(forms.Form):
    """The code of an invitation, typed in any way."""

    code = forms.CharField(
        label="Code",
        help_text="Nine letters and digits, from the mail. Capitals, spaces and dashes don’t matter.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
        ),
        error_messages={"required": "Type the code from the mail.", "max_length": CANT_BE_USED},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation: Invitation | None = None

    def clean_code(self) -> str:
        """Find the invitation; every code that leads nowhere gets the same answer."""
        code: str = self.cleaned_data["code"]
        self.invitation = invitations.usable_by_code(code)
        if self.invitation is None:
            raise ValidationError(CANT_BE_USED)
        return code
