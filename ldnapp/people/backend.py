"""Which users may be signed in at all."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from .models import User


class Backend(AuthenticationBackend):
    """allauth's sign-in by e-mail; locked users, and demo users outside a demo, are nobody.

    Asked at sign-in and again at every request, so that locking someone ends their sessions.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """True for a user that may sign in and stay signed in here."""
        return isinstance(user, User) and user.is_active and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, with the patient or clinician that they are: every page needs both."""
        user = User.objects.select_related("patient", "clinician").filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None
