"""allauth's forms where ours say more."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from django import forms
from django.http import HttpRequest

from .adapter import second_factors
from .backend import one_hash
from .reauthentication import has_reauthenticated, led_to_reauthentication
from .sessions import mark


class LoginForm(allauth_forms.LoginForm):
    """E-mail, password, and whether others use this device too."""

    shared = forms.BooleanField(
        label="This is a shared device",
        help_text="You are signed out when the browser closes, or after half an hour without a click.",
        required=False,
    )

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        """Go on with signing in. allauth gives every session two weeks at this step; a shared device none."""
        response = super().login(request, redirect_url=redirect_url)
        if self.cleaned_data["shared"]:
            mark(request, is_shared=True)
        return response


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """A new password. Who has a second factor shows that one first, beside the old password.

    A session that was left open and a password that was seen would else be enough to shut its owner out.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        if second_factors(self.user).exists() and not has_reauthenticated(request):
            # Not allauth's own way there, which keeps the form that was sent, passwords too, in the session.
            raise ImmediateHttpResponse(led_to_reauthentication(request))

    def clean_oldpassword(self) -> str:
        """The password as it was."""
        with one_hash(context.request):
            old: str = super().clean_oldpassword()
        return old


CODE_LABELS = {True: "Six digits from the app, or a recovery code", False: "A recovery code"}


class _CodeForm(mfa_forms.BaseAuthenticateForm):
    """The code of a second factor, called by what the account has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = set(second_factors(self.user).values_list("type", flat=True))
        self.fields["code"].label = CODE_LABELS[Authenticator.Type.TOTP in types]
        self.has_passkey = Authenticator.Type.WEBAUTHN in types  # only then its page offers it


class SecondStepForm(_CodeForm, mfa_forms.AuthenticateForm):
    """At signing in."""


class ReauthenticateForm(_CodeForm, mfa_forms.ReauthenticateForm):
    """When asked again."""
