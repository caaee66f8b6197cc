"""What is left of a person outside their own rows: sessions, the admin's log, mails that are files; and deleting it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models

from .models import FactorReset, Patient, User

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


def addresses_of(user: User) -> list[str]:
    """Every address of this account, confirmed or not, in lower case."""
    stored = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return sorted({user.email.lower(), *(address.lower() for address in stored)})


def end_sessions(user: User) -> int:
    """Sign this user out everywhere; how many sessions that were.

    The sessions themselves are asked, not the list of devices, which knows only what allauth let in.
    """
    ended = [session.pk for session in Session.objects.iterator() if _user_of(session) == str(user.pk)]
    _delete_sessions(ended)
    return len(ended)


def erase_account(user: User) -> None:
    """Delete a user with everything that hangs on the account; events keep their random ids.

    What hangs on the patient (record, links, invitations) must be gone: else ProtectedError.
    """
    _forget_sessions(user)
    resets = FactorReset.objects.filter(user=user)
    patients = Patient.objects.filter(user=user)
    forget_log(FactorReset, resets.values_list("pk", flat=True))
    forget_log(Patient, patients.values_list("pk", flat=True))
    forget_log(User, [user.pk])
    patients.delete()
    user.delete()


def forget_log(model: type[models.Model], keys: Iterable[object]) -> None:
    """Delete the admin's log lines that point at these rows."""
    about = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=about, object_id__in=[str(key) for key in keys]).delete()


def _forget_sessions(user: User) -> None:
    """Delete this user's sessions, and others that mention them: of what they typed signed out, of a message."""
    patient = Patient.objects.filter(user=user).values_list("pk", flat=True)
    words = [*addresses_of(user), str(user.event_id), *map(str, patient)]
    mentions = [
        session.pk
        for session in Session.objects.iterator()
        if _user_of(session) == str(user.pk) or any(word in _text(session) for word in words)
    ]
    _delete_sessions(mentions)


def _delete_sessions(keys: list[str]) -> None:
    Session.objects.filter(pk__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


def _user_of(session: Session) -> str | None:
    found: str | None = session.get_decoded().get("_auth_user_id")
    return found


def _text(session: Session) -> str:
    return json.dumps(session.get_decoded(), ensure_ascii=False).lower()


def forget_mails(addresses: Iterable[str]) -> int:
    """Delete the mails in the mail folder that mention one of these addresses; how many files that were."""
    wanted = [address.encode() for address in addresses]
    found = [file for file in _mails() if any(address in file.read_bytes().lower() for address in wanted)]
    return _delete(found)


def forget_old_mails(before: datetime) -> int:
    """Delete the mails in the mail folder that were written before this moment; how many files that were."""
    return _delete(file for file in _mails() if file.stat().st_mtime < before.timestamp())


def _mails() -> Iterator[Path]:
    """The mails that lie in a folder instead of being sent: as Django's file backend names them, and no other file."""
    if settings.EMAIL_BACKEND == FILE_BACKEND:
        yield from sorted(Path(str(getattr(settings, "EMAIL_FILE_PATH", ""))).glob("[0-9]*-[0-9]*-[0-9]*.log"))


def _delete(files: Iterable[Path]) -> int:
    count = 0
    for file in files:
        file.unlink(missing_ok=True)  # another run may have been faster
        count += 1
    return count
