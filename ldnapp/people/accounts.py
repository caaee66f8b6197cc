"""Acts on accounts: make one, send the mail with which its owner sets the password."""

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from .devices import end_all_sessions
from .events import note
from .factor_resets import cancel_reset
from .models import Clinician, EventKind, Patient, Role, User


@transaction.atomic
def create_account(
    email: str, role: Role, *, password: str | None = None, by: User | None = None, **fields: Any
) -> User:
    """A user with their address; verified only where a password is given (a demo), else by the mail they answer.

    ``by`` is the admin who makes it; None is nobody who was signed in.
    """
    user = User.objects.create_user(email, password, role=role, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=password is not None)
    note(EventKind.ACCOUNT_MADE, actor=by, subject=user, detail=role.value)
    return user


@transaction.atomic
def create_patient(email: str, *, account: dict[str, Any] | None = None, **fields: Any) -> Patient:
    """A patient with a new account."""
    return Patient.objects.create(user=create_account(email, Role.PATIENT, **(account or {})), **fields)


@transaction.atomic
def create_clinician(email: str, name: str, *, account: dict[str, Any] | None = None) -> Clinician:
    """A clinician with a new account."""
    return Clinician.objects.create(user=create_account(email, Role.CLINICIAN, **(account or {})), name=name)


@transaction.atomic
def send_password_mail(request: HttpRequest, user: User, *, by: User) -> None:
    """Mail this user, at their own address and nowhere else, a link to set the password, once all is committed."""
    form = ResetPasswordForm({"email": user.email})
    if form.is_valid():
        note(EventKind.PASSWORD_MAILED, actor=by, subject=user)
        transaction.on_commit(lambda: form.save(request))


@transaction.atomic
def change_person(person: Patient | Clinician, before: Mapping[str, Any], changed: Sequence[str], *, by: User) -> None:
    """Save these fields of a person, and note which they were: never what they said or say.

    A patient's other time zone is noted with the old one, as where they change it themselves: by
    hopping zones a day could be filled in twice.
    """
    if not changed:
        return
    person.save(update_fields=changed)  # the others may have been changed by their owner in the meantime
    note(EventKind.PERSON_CHANGED, actor=by, subject=person.user, detail=", ".join(changed))
    if isinstance(person, Patient) and "time_zone" in changed:
        was = Patient(time_zone=before["time_zone"], day_end=person.day_end)
        detail = f"{was.days_words} to {person.days_words}"
        note(EventKind.DAYS_CHANGED, actor=by, subject=person.user, detail=detail)


@transaction.atomic
def set_lock(user: User, *, is_locked: bool, by: User) -> bool:
    """Lock an account and end its sessions, or unlock it: its owner signs in anew. False where it is so already.

    A reset of second factors ends with a lock, under which its owner could not stop it.
    """
    if not User.objects.filter(pk=user.pk, is_active=is_locked).update(is_active=not is_locked):
        return False
    user.is_active = not is_locked
    note(EventKind.ACCOUNT_LOCKED if is_locked else EventKind.ACCOUNT_UNLOCKED, actor=by, subject=user)
    if is_locked:
        end_all_sessions(user)
        cancel_reset(user, by=by)
    return True
