"""What allauth and Django do to accounts, kept as events: they tell of it by signals only (ADR 10).

Our own acts call events.note themselves. Beside its event a receiver may keep the list of sessions true
(`list_session`, `note_signed_out`, `note_password_changed`, `note_password_reset`) or mail (`tell_of_recovery_code`).
One alone does an act of ours: `stop_reset`. What each costs does not grow with the number of sessions.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import (
    email_changed,
    login_code_rejected,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from .addresses import normalised
from .devices import drop_ended, forget_other_sessions
from .events import note, note_sign_in
from .factor_resets import cancel_reset
from .models import EventKind, User
from .sessions import is_over

FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}
SECOND_STEPS = {
    Authenticator.Type.TOTP: "password and app",
    Authenticator.Type.WEBAUTHN: "password and passkey",
    Authenticator.Type.RECOVERY_CODES: "password and recovery code",
}
ASKED_AGAIN = ", when asked again"


def address_of(request: HttpRequest | None) -> str | None:
    """Where this request came from; only a proxy of ours is believed on it."""
    return None if request is None else str(get_adapter().get_client_ip(request))


def method_of(request: HttpRequest, user: User) -> str:
    """How this user has just signed in: by the last step that they took."""
    steps = get_authentication_records(request, user)
    last = steps[-1] if steps else {}
    if last.get("method") == "mfa":
        return "passkey" if last.get("passwordless") else SECOND_STEPS[last["type"]]
    if last.get("method") == "code":
        return "password and mailed code"
    if last.get("method") == "password":
        return "password on a trusted device" if settings.ACCOUNT_LOGIN_BY_CODE_REQUIRED else "password alone"
    return "new account"


@receiver(user_logged_in)
def note_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """All steps are done."""
    note_sign_in(EventKind.SIGNED_IN, user=user, address=address_of(request), detail=method_of(request, user))


@receiver(user_logged_in)
def list_session(request: HttpRequest, user: User, **_: Any) -> None:
    """Put the new session on its owner's list. allauth's own way asks three queries about each old one."""
    drop_ended(user)
    UserSession.objects.create_from_request(request)


@receiver(user_logged_in)
@receiver(authenticator_used)
def stop_reset(request: HttpRequest, user: User, *, reauthenticated: bool = False, **_: Any) -> None:
    """Whoever gets in, or shows any factor when asked again, has not lost it: a wish to take it away ends here (T6)."""
    if cancel_reset(user, by=user):
        why = "used one of them" if reauthenticated else "signed in"
        messages.info(request, f"The reset of your second factors was stopped, because you {why}.")


@receiver(user_login_failed)
def note_wrong_password(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A password did not go with an address. Never the address itself: it may be nobody's, or a mistyped secret."""
    email = normalised(str(credentials.get("email", "")))
    asked_again = request is not None and request.user.is_authenticated
    note_sign_in(
        EventKind.SIGN_IN_FAILED,
        user=User.objects.filter(email=email).first(),
        address=address_of(request),
        detail=f"password{ASKED_AGAIN if asked_again else ''}",
    )


@receiver(authentication_failed)
def note_wrong_factor(request: HttpRequest, user: User, *, reauthentication: bool = False, **_: Any) -> None:
    """A wrong, used or recovery code after a right password."""
    detail = f"code of the app, or recovery code{ASKED_AGAIN if reauthentication else ''}"
    note_sign_in(EventKind.SIGN_IN_FAILED, user=user, address=address_of(request), detail=detail)


@receiver(login_code_rejected)
def note_wrong_mailed_code(request: HttpRequest, user: User, **_: Any) -> None:
    """A wrong mailed code after a right password."""
    note_sign_in(EventKind.SIGN_IN_FAILED, user=user, address=address_of(request), detail="mailed code")


@receiver(user_logged_out)
def note_signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    """By the button, or because the session was past its age."""
    if user is not None:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        detail = "unused or too old" if is_over(request.session, user.role, timezone.now()) else "by hand"
        note_sign_in(EventKind.SIGNED_OUT, user=user, address=None, detail=detail)


@receiver(password_changed)
@receiver(password_set)
def note_password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """By its owner, who stays signed in here and nowhere else."""
    note(EventKind.PASSWORD_CHANGED, actor=user, subject=user, detail="by its owner")
    forget_other_sessions(user, request.session.session_key)
    UserSession.objects.create_from_request(request)


@receiver(password_reset)
def note_password_reset(user: User, **_: Any) -> None:
    """By a mailed link: whoever had got in is out."""
    note(EventKind.PASSWORD_CHANGED, actor=None, subject=user, detail="by a mailed link")
    forget_other_sessions(user, None)


@receiver(email_changed)
def note_email_changed(user: User, from_email_address: Any, **_: Any) -> None:
    """The new address was confirmed. A first address changes nothing."""
    if from_email_address is not None:
        note(EventKind.EMAIL_CHANGED, actor=user, subject=user)


@receiver(authenticator_added)
def note_factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A passkey or an app, and the recovery codes that come with the first one."""
    note(EventKind.FACTOR_ADDED, actor=user, subject=user, detail=FACTORS[authenticator.type])


@receiver(authenticator_reset)
def note_codes_made_anew(user: User, **_: Any) -> None:
    """New recovery codes in place of the old ones."""
    note(EventKind.FACTOR_ADDED, actor=user, subject=user, detail="new recovery codes")


@receiver(authenticator_removed)
def note_factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """By its owner."""
    note(EventKind.FACTOR_REMOVED, actor=user, subject=user, detail=FACTORS[authenticator.type])


@receiver(authenticator_used)
def tell_of_recovery_code(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A recovery code was used: its owner is mailed, for a list of codes can be copied and not be missed."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note(EventKind.RECOVERY_CODE_USED, actor=user, subject=user)
        authenticator.refresh_from_db(fields=["data"])  # the code was marked as used on another copy
        left = len(authenticator.wrap().get_unused_codes())
        adapter = get_adapter()
        transaction.on_commit(
            lambda: adapter.send_notification_mail("people/email/recovery_code_used", user, {"left": left})
        )
