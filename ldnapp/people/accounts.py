"""Acts on accounts: make one, send the mail with which its owner sets the password."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from .models import Clinician, Patient, Role, User


@transaction.atomic
def create_account(email: str, role: Role, *, password: str | None = None, **fields: Any) -> User:
    """A user with their address; verified only where a password is given (a demo), else by the mail they answer."""
    user = User.objects.create_user(email, password, role=role, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=password is not None)
    return user


@transaction.atomic
def create_patient(email: str, *, account: dict[str, Any] | None = None, **fields: Any) -> Patient:
    """A patient with a new account."""
    return Patient.objects.create(user=create_account(email, Role.PATIENT, **(account or {})), **fields)


@transaction.atomic
def create_clinician(email: str, name: str, *, account: dict[str, Any] | None = None) -> Clinician:
    """A clinician with a new account."""
    return Clinician.objects.create(user=create_account(email, Role.CLINICIAN, **(account or {})), name=name)


def send_password_mail(request: HttpRequest, user: User) -> None:
    """Mail this user, at their own address and nowhere else, a link to set the password."""
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        form.save(request)
