"""Steps of signing in that are ours."""

from datetime import datetime
from typing import Any

from allauth.account import stages as account_stages
from allauth.mfa import stages
from allauth.mfa.internal.flows import trust
from django.db.models import Max

from .models import Event, EventKind, User
from .sessions import is_shared

WENT = (EventKind.FACTOR_REMOVED, EventKind.FACTOR_RESET_DONE)


class LoginByCodeStage(account_stages.LoginByCodeStage):
    """Asks for a mailed code; a device that was trusted before second factors went is a stranger again.

    allauth's mark of trust fits an account with the same password and factors: with the factors gone,
    marks from before there were any would fit once more.
    """

    def _is_trusted(self) -> bool:
        if not super()._is_trusted():
            return False
        went_at = _factors_went_at(self.login.user)
        fitting = trust.create_config_fingerprint(self.login.user)
        marks = [mark.at for mark in trust.decode_trust_cookie(self.request) if mark.fingerprint == fitting]
        return went_at is None or max(marks) > went_at.timestamp()


def _factors_went_at(user: User) -> datetime | None:
    """When this user last removed a second factor, or an admin's reset did; None: never."""
    went = Event.objects.filter(subject=user.event_id, kind__in=WENT)
    at: datetime | None = went.aggregate(at=Max("at"))["at"]
    return at


class TrustStage(stages.TrustStage):
    """Asks whether the device is one's own; not where it has just been called a shared one."""

    def handle(self) -> tuple[Any, bool]:
        """The page to show, if any, and whether to go on."""
        if is_shared(self.request.session):
            return None, True
        response, goes_on = super().handle()
        return response, goes_on
