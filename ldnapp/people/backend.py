"""Which users may be signed in at all, and how much work a password may cost.

Hashing a password takes the better part of a second of a processor, and anyone may ask for it: so
a worker does one at a time. Whoever has to wait for longer than ``WAIT`` is told to come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import render

from .models import User
from .passwords import LONGEST

WAIT = 1.0  # seconds: about two hashes; a thread that waits serves nobody's diary
_hashing = BoundedSemaphore(1)


@contextmanager
def one_hash(request: HttpRequest | None) -> Iterator[None]:
    """A block in which this worker hashes a password and no other. Answers 429 where it is not free soon."""
    if not _hashing.acquire(timeout=WAIT):
        raise ImmediateHttpResponse(render(request, "429.html", status=429))
    try:
        yield
    finally:
        _hashing.release()


class Backend(AuthenticationBackend):
    """allauth's sign-in by e-mail; locked users, and demo users outside a demo, are nobody.

    Asked at sign-in and again at every request, so that locking someone ends their sessions.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The user of these credentials, or None: after one hash, whether the address has an account or not.

        A password that is longer than any can be is wrong without being hashed.
        """
        if len(credentials.get("password") or "") > LONGEST:
            return None
        with one_hash(request):
            found: User | None = super().authenticate(request, **credentials)
        return found

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """True for a user that may sign in and stay signed in here."""
        return isinstance(user, User) and user.is_active and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, with the patient or clinician that they are: every page needs both."""
        user = User.objects.select_related("patient", "clinician").filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None
