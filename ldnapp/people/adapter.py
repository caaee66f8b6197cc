"""allauth's hooks: closed sign-up, what locks an account, links in mails, factors kept unreadable."""

from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress, Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .backend import Backend, one_hash
from .keys import key
from .models import Role, User
from .sessions import mark

BEGAN_AS = "sign_in_began_as"
WORDS = {  # where allauth's own are stiff
    "incorrect_code": "This code is not right. Please check it.",
    "incorrect_password": "This password is not right.",
    "enter_current_password": "This password is not right.",
}
CODE_WAYS = {True: "Use a code from your app, or a recovery code", False: "Use a recovery code"}


def second_factors(user: User) -> QuerySet[Authenticator]:
    """This user's passkeys and authenticator apps (recovery codes alone are no factor)."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=factors)
    return found


class AccountAdapter(DefaultAccountAdapter):
    """How signing in works here."""

    error_messages = {**DefaultAccountAdapter.error_messages, **WORDS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether there is a page to make an account: only where the site is open to all."""
        return settings.OPEN_SIGNUP

    def may_sign_up(self, request: HttpRequest, email: str) -> bool:
        """Whether an account with this address is made there. Who may not is told nothing else than who may."""
        return settings.OPEN_SIGNUP

    def new_user(self, request: HttpRequest) -> User:
        """Who signs up is a patient."""
        return User(role=Role.PATIENT)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """As after signing in."""
        url: str = self.get_login_redirect_url(request)
        return url

    def send_account_already_exists_mail(self, email: str) -> None:
        """The mail of a sign-up that made no account: the address has one, or it is not the one that was invited."""
        has_one = EmailAddress.objects.filter(email=email).exists()
        mail = "account_already_exists" if has_one else "signup_not_invited"
        self.send_mail(f"account/email/{mail}", email, {})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link to this site by its configured address: never by a Host header that a request brought."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail this, inside a request or from a command: our mails take the site's address from the settings."""
        self.render_mail(template_prefix, email, {"email": email, **context}).send()

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> Any:
        """Every sign-in begins here. Demo accounts outside a demo are turned away where locked ones are."""
        mark(request, is_shared=bool(request.POST.get("shared")))
        request.session[BEGAN_AS] = user.get_session_auth_hash()
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **login)

    def login(self, request: HttpRequest, user: User) -> None:
        """Every sign-in ends here. One that waited for its second step is as old as the sessions of its beginning.

        A new password, a lock and whatever else has ended those meanwhile ends it too.
        """
        began_as = request.session.pop(BEGAN_AS, "")
        may_sign_in = Backend().user_can_authenticate(user)
        if not may_sign_in or not constant_time_compare(began_as, user.get_session_auth_hash()):
            clear_login(request)
            messages.warning(request, "You are not signed in: your account was changed meanwhile. Please begin again.")
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def get_login_stages(self) -> list[str]:
        """allauth's steps, with our way of asking whether a device is one's own, and whether it still is."""
        ours = {
            "allauth.account.stages.LoginByCodeStage": "ldnapp.people.stages.LoginByCodeStage",
            "allauth.mfa.stages.TrustStage": "ldnapp.people.stages.TrustStage",
        }
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user of these credentials, or None. A try that was not looked at, as too many came, is not counted."""
        try:
            found: User | None = super().authenticate(request, **credentials)
        except ImmediateHttpResponse:
            self._rollback_login_failed_rl_usage()
            raise
        return found

    def set_password(self, user: User, password: str) -> None:
        """Keep a new password."""
        with one_hash(self.request):
            super().set_password(user, password)

    def is_login_by_code_required(self, login: Login) -> bool:
        """A mailed code stands in for a second factor only as long as there is none."""
        if login.signup:
            return False  # the address is confirmed by a mailed code: one is enough
        return not second_factors(login.user).exists() and super().is_login_by_code_required(login)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """Who has a second factor shows that one: a stolen password must not be enough to take it away.

        A passkey comes first, where there is one; without an app the code is one of the recovery codes.
        """
        methods = {method["id"]: method for method in super().get_reauthentication_methods(user)}
        passkey, code = methods.get("mfa_reauthenticate:webauthn"), methods.get("mfa_reauthenticate")
        if passkey:
            passkey["description"] = "Use a passkey"
        if code:
            code["description"] = CODE_WAYS[second_factors(user).filter(type=Authenticator.Type.TOTP).exists()]
        return [way for way in (passkey, code) if way] or list(methods.values())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account *and* address: a stranger can't lock a patient out."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"


@cache
def _factor_key() -> Fernet:
    """The key of stored factors: a file of its own beside the database, made at first use."""
    return Fernet(key("factor-key"))


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are stored encrypted, so that a copy of the database opens no account."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WORDS["incorrect_code"]}

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _factor_key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text that was stored. Raises InvalidToken for another key's text."""
        return _factor_key().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Clinicians and admins keep their last factor: without it their pages are closed to them."""
        user = authenticator.user
        if user.role == Role.PATIENT or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        return second_factors(user).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """The name that is offered for a new passkey; its owner may write another."""
        return "My device"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the configured address, whatever Host a request names."""
        entity = super().get_public_key_credential_rp_entity()
        return {**entity, "id": settings.BASE_URL.partition("://")[2].partition(":")[0], "name": "LDN Tracker"}
