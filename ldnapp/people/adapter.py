"""allauth's hooks: closed sign-up, what locks an account, links in mails, factors kept unreadable."""

from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from .backend import one_hash
from .invited import invitation_of, is_invited
from .keys import key
from .models import Role, User
from .sessions import mark


def second_factors(user: User) -> QuerySet[Authenticator]:
    """This user's passkeys and authenticator apps (recovery codes alone are no factor)."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=factors)
    return found


class AccountAdapter(DefaultAccountAdapter):
    """How signing in works here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever opened an invitation in this session can make an account; everybody where the site allows it."""
        return settings.OPEN_SIGNUP or is_invited(request)

    def new_user(self, request: HttpRequest) -> User:
        """Who signs up is a patient."""
        return User(role=Role.PATIENT)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home; the question of an invitation comes first, where one was opened before signing in."""
        is_patient = request.user.is_authenticated and request.user.role == Role.PATIENT
        if is_patient and invitation_of(request) is not None:
            return reverse("access:invited_answer")
        url: str = super().get_login_redirect_url(request)
        return url

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """As after signing in."""
        return self.get_login_redirect_url(request)

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
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **login)

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
        """Who has a second factor shows that one: a stolen password must not be enough to take it away."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        by_factor = [method for method in methods if method["id"] != "reauthenticate"]
        return by_factor or methods

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
