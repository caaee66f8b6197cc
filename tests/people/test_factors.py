"""Second factors: stored unreadable, never lost by accident, tied to the configured address."""

import json
import stat
from pathlib import Path

import pytest
from allauth.core.context import request_context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from ldnapp.people import adapter
from ldnapp.people.models import Role
from tests import factories
from tests.factories import PASSWORD

from .signing import give_app

pytestmark = pytest.mark.django_db


def test_a_secret_is_stored_unreadable() -> None:
    """A copy of the database opens no account."""
    secret = give_app(factories.UserFactory())
    stored = json.dumps(Authenticator.objects.get().data)
    assert secret not in stored
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == secret


def test_recovery_codes_are_stored_unreadable() -> None:
    """T22."""
    codes = RecoveryCodes.activate(factories.UserFactory())
    stored = json.dumps(Authenticator.objects.get().data)
    seed = get_adapter().decrypt(codes.instance.data["seed"])
    assert len(codes.get_unused_codes()) == 10
    assert not any(secret in stored for secret in (seed, *codes.get_unused_codes()))


def test_the_key_is_a_file_of_its_own_that_nobody_else_reads() -> None:
    get_adapter().encrypt("anything")
    kept = Path(settings.DATA_DIR) / "factor-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_another_sites_key_opens_nothing(tmp_path: Path, settings: Settings) -> None:
    ours = get_adapter().encrypt("secret")
    settings.DATA_DIR = tmp_path
    adapter._factor_key.cache_clear()
    try:
        with pytest.raises(InvalidToken):
            get_adapter().decrypt(ours)
    finally:
        adapter._factor_key.cache_clear()


@pytest.mark.parametrize(("role", "may"), [(Role.PATIENT, True), (Role.CLINICIAN, False), (Role.ADMIN, False)])
def test_staff_keep_their_last_factor(role: Role, may: bool) -> None:
    """T20: a session that someone left open can't take it off."""
    user = factories.UserFactory(role=role)
    give_app(user)
    last = Authenticator.objects.get(user=user)
    assert get_adapter().can_delete_authenticator(last) is may
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().can_delete_authenticator(last)


def test_adding_a_factor_asks_for_the_password_again() -> None:
    client = Client()
    client.force_login(factories.UserFactory())
    for page in ("totp/activate", "webauthn/add", "recovery-codes/generate"):
        response = client.get(f"/accounts/2fa/{page}/")
        assert response.headers["Location"].startswith("/accounts/reauthenticate/"), page


def test_with_a_factor_the_password_alone_opens_no_account_page() -> None:
    """T20: a stolen password must not be enough to take the factor off."""
    user, client = factories.UserFactory(), Client()
    give_app(user)
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.post("/accounts/2fa/totp/deactivate/")
    assert response.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_a_passkey_belongs_to_the_configured_address(settings: Settings, rf: RequestFactory) -> None:
    """T19: whatever Host a request names."""
    settings.BASE_URL = "https://diary.example.org:8443"
    with request_context(rf.get("/", headers={"host": "127.0.0.1"})):
        entity = get_adapter().get_public_key_credential_rp_entity()
    assert entity == {"id": "diary.example.org", "name": "LDN Tracker"}
