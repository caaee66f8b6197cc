"""Signing up: a patient makes their own account, by invitation or where the site is open to all."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.utils import set_form_field_order
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from .backend import one_hash
from .events import note
from .models import EventKind, Patient, User, must_be_adult
from .zones import DEFAULT_ZONE, canonical_zone

UNDER_AGE = "You need to be 18 or over to keep a diary here. Please talk to whoever looks after you."


class SignupForm(allauth_forms.SignupForm):
    """An e-mail address, a password, and as little about oneself as a diary needs."""

    name = forms.CharField(
        label="Your name (optional)",
        help_text="Your prescriber sees it, if you share.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    date_of_birth = forms.DateField(
        label="Date of birth",
        help_text="You need to be 18 or over.",
        validators=[must_be_adult],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={
            "required": "Give your date of birth.",
            "invalid": "Please check this date.",
            "under_age": UNDER_AGE,
        },
    )
    time_zone = forms.CharField(  # filled in by account.js; without it the country's
        required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["password1"].help_text = "12 characters or more."
        set_form_field_order(self, ["email", "password1", "name", "date_of_birth", "time_zone"])

    def clean_time_zone(self) -> str:
        """The zone of the browser, where it has a place's name."""
        try:
            return canonical_zone(self.cleaned_data["time_zone"])
        except ValidationError:
            return DEFAULT_ZONE

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or seem to: what is seen is the same, and so are one mail and one hash."""
        if not get_adapter(request).may_sign_up(request, self.cleaned_data["email"]):
            self.account_already_exists = True
        if not self.account_already_exists:
            try:
                with one_hash(request), transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # a second tap was a moment faster
                self.account_already_exists = True
        else:
            with one_hash(request):
                make_password(self.cleaned_data["password1"])
        return None, prevent_enumeration(request, email=self.cleaned_data["email"])

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """The patient of the new account."""
        said = self.cleaned_data
        Patient.objects.create(
            user=user, name=said["name"], date_of_birth=said["date_of_birth"], time_zone=said["time_zone"]
        )
        note(EventKind.ACCOUNT_MADE, actor=user, subject=user, detail="signed up")
