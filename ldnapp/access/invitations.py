"""Acts on invitations: invite, send again, withdraw, open, forget. Each leaves an event."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from ldnapp.people.addresses import normalised
from ldnapp.people.events import note
from ldnapp.people.mails import mail_now, page_url
from ldnapp.people.models import Clinician, EventKind, Patient, User
from ldnapp.people.traces import confirmed_addresses

from . import answers
from .invitation_secrets import Secrets, code_hash, new_secrets, token_hash
from .links import end_link, propose_link
from .models import CareLink, Invitation
from .models.invitation import LIFE

NOT_SENT = "The mail could not be sent just now. Find the address in the list below and try “Send again”."
KEPT_AFTER = timedelta(days=30)  # how long an address stays once its invitation is over


def invite(clinician: Clinician, email: str, *, by: User) -> Invitation:
    """Mail someone a link and a code with which they can let this clinician see their diary.

    Whether the address has an account here changes nothing and is told to nobody. Raises
    ValidationError, in words for the clinician, for an address that can't be invited, and where the mail can't
    be sent: the invitation is there then, to be sent again.
    """
    address = normalised(email)
    _refuse(clinician, address)
    fresh, now = new_secrets(), timezone.now()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                clinician=clinician,
                email=address,
                link_hash=token_hash(fresh.token),
                code_hash=code_hash(fresh.code),
                invited_at=now,
                sent_at=now,
                expires_at=now + LIFE,
            )
            note(EventKind.INVITATION_SENT, actor=by, subject=None, detail=str(invitation))
    except IntegrityError:  # a second tap was a moment faster
        raise _already_invited() from None
    _mail(invitation, fresh)
    return invitation


def _refuse(clinician: Clinician, address: str) -> None:
    if not clinician.name.strip():
        raise ValidationError("An invitation shows your name, and you have none here yet: ask an admin to add it.")
    if address == clinician.user.email or EmailAddress.objects.filter(user=clinician.user, email=address).exists():
        raise ValidationError("This is your own address. Type the address of the person you invite.")
    if Invitation.objects.open().filter(clinician=clinician, email=address).exists():
        raise _already_invited()


def _already_invited() -> ValidationError:
    return ValidationError("You have invited this address already. Find it in the list below and choose “Send again”.")


def resend(invitation: Invitation, *, by: User) -> bool:
    """Mail a new link and code, good for 14 days from now; the ones before stop working.

    False, and nothing sent, where the invitation is over or its address was deleted. Raises ValidationError
    where the mail can't be sent.
    """
    fresh = new_secrets()
    if not _renew(invitation, fresh, by=by):
        return False
    _mail(invitation, fresh)
    return True


@transaction.atomic
def _renew(invitation: Invitation, fresh: Secrets, *, by: User) -> bool:
    may_be_sent = Invitation.objects.open().exclude(email="").filter(pk=invitation.pk)
    now = timezone.now()
    may_be_sent.filter(link__ended_at__isnull=False).update(link=None)  # its question was taken away: ask anew
    sent = may_be_sent.update(
        link_hash=token_hash(fresh.token),
        code_hash=code_hash(fresh.code),
        sent_at=now,
        times_sent=F("times_sent") + 1,
        expires_at=now + LIFE,
    )
    if not sent:
        return False
    invitation.refresh_from_db()
    note(EventKind.INVITATION_RESENT, actor=by, subject=_opener(invitation), detail=str(invitation))
    return True


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> bool:
    """Take an invitation back, and with it the question that it has led to. False where it was over already."""
    # The link's row first, as accept_link takes it: of a withdrawal and a yes at one moment one wins, whole.
    list(CareLink.objects.select_for_update().filter(invitation=invitation.pk))
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        return False
    invitation.refresh_from_db()
    for link in CareLink.objects.proposed().filter(invitation=invitation.pk).select_related("patient__user"):
        end_link(link, by=by)
    note(EventKind.INVITATION_WITHDRAWN, actor=by, subject=_opener(invitation), detail=str(invitation))
    return True


def usable_by_token(token: str) -> Invitation | None:
    """The invitation of this link; None for every link that leads nowhere, whatever the reason."""
    return Invitation.objects.usable(timezone.now()).filter(link_hash=token_hash(token)).first()


def usable_by_code(code: str) -> Invitation | None:
    """The invitation of this code, as usable_by_token."""
    return Invitation.objects.usable(timezone.now()).filter(code_hash=code_hash(code)).first()


def is_usable(pk: int) -> bool:
    """Whether this invitation leads anywhere at this moment."""
    return Invitation.objects.usable(timezone.now()).filter(pk=pk).exists()


@transaction.atomic
def open_invitation(pk: int, patient: Patient) -> CareLink | None:
    """The link that this invitation leads to: proposed now, or there already; opening twice is once.

    None where the invitation is over, where it did not go to an address that this patient has confirmed, or
    where they have asked to be deleted.
    """
    if Patient.objects.select_for_update().get(pk=patient.pk).leaving_at:  # their row first, as in accept_link
        return None
    usable = Invitation.objects.usable(timezone.now()).select_for_update(of=("self",))
    invitation = usable.select_related("clinician__user", "link").filter(pk=pk).first()
    if invitation is None or invitation.email not in confirmed_addresses(patient.user):
        return None
    if invitation.link is not None:
        return invitation.link if invitation.link.patient_id == patient.pk and not invitation.link.ended_at else None
    link = _open_link(patient, invitation.clinician)
    if not Invitation.objects.filter(link=link).exists():  # else another invitation of theirs has led to it
        Invitation.objects.filter(pk=pk).update(link=link)
    _note_opened(invitation, patient.user, link)
    return link


def _open_link(patient: Patient, clinician: Clinician) -> CareLink:
    """The link of these two that is there, or a new proposal; one that is no longer meant makes room for it."""
    there = CareLink.objects.open().of(patient).filter(clinician=clinician).first()
    if there and (there.is_active or CareLink.objects.answerable().filter(pk=there.pk).exists()):
        # A colleague's question is now the prescriber's own: it no longer ends with the colleague's link.
        CareLink.objects.proposed().filter(pk=there.pk).update(proposed_through=None)
        return there
    if there:
        end_link(there, by=clinician.user)
    # Not mailed: the patient is on the way to the question.
    return propose_link(patient=patient, clinician=clinician, by=clinician.user, is_mailed=False)


def _note_opened(invitation: Invitation, user: User, link: CareLink) -> None:
    """Keep that it was opened; with a prescriber who can look already, there is nothing left to ask."""
    other = invitation.clinician.user
    note(EventKind.INVITATION_OPENED, actor=user, subject=user, other=other, detail=str(invitation))
    if link.is_active:
        answers.accept(invitation, by=user, now=timezone.now())


def forget_old(now: datetime) -> int:
    """Empty the address of every invitation that has been over for 30 days; how many."""
    long_ago = now - KEPT_AFTER
    over = Q(expires_at__lte=long_ago)
    for ended in ("accepted_at", "declined_at", "withdrawn_at"):
        over |= Q(**{f"{ended}__lte": long_ago})
    return Invitation.objects.exclude(email="").filter(over).update(email="")


def _opener(invitation: Invitation) -> User | None:
    """Who has opened it, once someone has."""
    return User.objects.filter(patient__care_links__invitation=invitation.pk).first()


def _mail(invitation: Invitation, fresh: Secrets) -> None:
    """The only place where link and code can be read. Committed already: a mail server that is slow holds nobody up."""
    try:
        mail_now(
            "access/email/invitation",
            invitation.email,
            link=page_url("access:invited_by_link", fresh.token),
            code_page=page_url("access:invited"),
            code=fresh.code,
            until=invitation.expires_at,
            is_again=invitation.times_sent > 1,
        )
    except OSError:
        raise ValidationError(
            "The mail could not be sent just now. Find the address below and try “Send again”."
        ) from None
