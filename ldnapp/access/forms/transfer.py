"""Asking a patient to go to a colleague."""

from django import forms
from django.core.exceptions import ValidationError

from ldnapp.access import transfers
from ldnapp.access.models import CareLink
from ldnapp.people.models import Clinician, Patient


class TransferForm(forms.Form):
    """The colleague's address."""

    email = forms.EmailField(
        label="E-mail address of your colleague",
        help_text="The one that they sign in with here.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Type the address of the colleague.",
            "invalid": "This does not look like an e-mail address. Please check it.",
        },
    )

    def propose(self, patient: Patient, *, by: Clinician) -> CareLink | None:
        """Ask the patient; None, with the reason beside the field, where they can't be asked."""
        try:
            return transfers.propose_transfer(patient, self.cleaned_data["email"], by=by)
        except ValidationError as reason:
            self.add_error("email", reason)
            return None
