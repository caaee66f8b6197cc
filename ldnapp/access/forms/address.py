"""The address of somebody who is to be asked something."""

from django import forms


class AddressForm(forms.Form):
    """One e-mail address, typed anew: a browser offers none of its owner's. The template says whose it is."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Type an e-mail address.",
            "invalid": "This does not look like an e-mail address. Please check it.",
        },
    )
