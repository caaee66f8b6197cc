"""What is left of a person outside their own rows: sessions, the admin's log, mails that are files; and deleting it."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models

from .addresses import mentions, normalised
from .devices import end_all_sessions
from .models import FactorReset, Patient, User

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


def addresses_of(user: User) -> list[str]:
    """Every address of this account, confirmed or not, in lower case."""
    stored = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return sorted({normalised(address) for address in (user.email, *stored)})


def confirmed_addresses(user: User) -> "models.QuerySet[EmailAddress, str]":
    """The addresses at which this user has answered a mail: those alone are theirs for sure."""
    found: models.QuerySet[EmailAddress, str]
    found = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return found


def erase_account(user: User, *, mentioned_in: Iterable[str]) -> None:
    """Delete a user with everything that hangs on the account, and these sessions; events keep their random ids.

    What hangs on the patient (record, links, invitations) must be gone: else ProtectedError.
    """
    end_all_sessions(user)
    Session.objects.filter(pk__in=list(mentioned_in)).delete()
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


def sessions_about(user: User) -> list[str]:
    """The keys of this user's sessions, and of others that mention them: of what they typed signed out, of a message.

    It decodes every session of the site: before an erasure's transaction, in which nobody else can write on SQLite.
    """
    patient = Patient.objects.filter(user=user).values_list("pk", flat=True)
    addresses, ids = addresses_of(user), [str(user.event_id), *map(str, patient)]
    return [
        session.pk
        for session in Session.objects.iterator()
        if _user_of(session) == str(user.pk)
        or mentions(_text(session), addresses)
        or any(each in _text(session) for each in ids)
    ]


def _user_of(session: Session) -> str | None:
    found: str | None = session.get_decoded().get("_auth_user_id")
    return found


def _text(session: Session) -> str:
    text = json.dumps(session.get_decoded(), ensure_ascii=False)
    return re.sub(r"\\[nrt]", " ", text)  # ends of lines, which JSON spells with a letter


def forget_mails(addresses: Iterable[str]) -> int:
    """Delete the mails in the mail folder that mention one of these addresses; how many files that were."""
    wanted = list(addresses)
    found = [file for file in _mails() if mentions(file.read_text(errors="replace"), wanted)]
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
