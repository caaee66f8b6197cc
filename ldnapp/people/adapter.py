"""allauth's hooks: closed sign-up, what locks an account, links in mails, factors kept unreadable."""

from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import Login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from .models import Role, User


def second_factors(user: User) -> QuerySet[Authenticator]:
    """This user's passkeys and authenticator apps (recovery codes alone are no factor)."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=factors)
    return found


class AccountAdapter(DefaultAccountAdapter):
    """How signing in works here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody can make an account alone: an admin does."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link to this site by its configured address: never by a Host header that a request brought."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> Any:
        """Turn demo accounts away outside a demo where locked ones are turned away, before a code is mailed."""
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **login)

    def is_login_by_code_required(self, login: Login) -> bool:
        """A mailed code stands in for a second factor only as long as there is none."""
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
    kept = Path(settings.DATA_DIR) / "factor-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_bytes(Fernet.generate_key())
    return Fernet(kept.read_bytes())


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
