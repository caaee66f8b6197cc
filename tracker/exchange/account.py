"""What the site holds of a patient besides the record: the account, who could look and who did, and events."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from ldnapp.access.models import AccessEvent, CareLink, Invitation, Page
from ldnapp.people.models import Event, EventKind, FactorReset, Patient, Role
from ldnapp.people.names import names_of
from ldnapp.people.traces import confirmed_addresses

from .record import plain

Row = dict[str, Any]


def account_of(patient: Patient) -> Row:
    """The account as it stands: four queries. Of second factors the secrets stay here."""
    user = patient.user
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    resets = FactorReset.objects.filter(user=user).order_by("pk")
    return {
        "email": user.email,
        "addresses": [{"email": each.email, "confirmed": each.verified} for each in addresses],
        "name": plain(patient.name),
        "date_of_birth": plain(patient.date_of_birth),
        "country": patient.country,
        "time_zone": patient.time_zone,
        "day_ends_at": plain(patient.day_end),
        "light_or_dark": plain(user.theme),
        "joined_at": plain(user.joined_at),
        "last_sign_in_at": plain(user.last_login),
        "asked_to_be_deleted_at": plain(patient.leaving_at),
        "second_factors": [_factor(each) for each in factors],
        "signed_in_devices": [_session(each) for each in sessions],
        "second_factor_resets": [_reset(each) for each in resets],
    }


def _factor(factor: Authenticator) -> Row:
    return {
        "kind": str(factor.get_type_display()),
        "name": factor.data.get("name"),
        "added_at": plain(factor.created_at),
        "last_used_at": plain(factor.last_used_at),
    }


def _session(session: UserSession) -> Row:
    return {
        "since": plain(session.created_at),
        "last_seen_at": plain(session.last_seen_at),
        "address": session.ip,
        "browser": session.user_agent,
    }


def _reset(reset: FactorReset) -> Row:
    return {
        "asked_at": plain(reset.asked_at),
        "cancelled_at": plain(reset.cancelled_at),
        "done_at": plain(reset.done_at),
    }


def sharing_of(patient: Patient) -> dict[str, list[Row]]:
    """Links with what was agreed to, invitations, and every look: four queries."""
    links = CareLink.objects.of(patient).order_by("proposed_at", "pk")
    invited = Invitation.objects.filter(Q(link__patient=patient) | Q(email__in=confirmed_addresses(patient.user)))
    looks = list(AccessEvent.objects.filter(subject=patient.user.event_id).order_by("at", "pk"))
    names = names_of(each.actor for each in looks)
    return {
        "links": [_link(link) for link in links],
        "invitations": [
            {
                "by": each.clinician.name,
                "sent_at": plain(each.sent_at),
                "accepted_at": plain(each.accepted_at),
                "declined_at": plain(each.declined_at),
                "withdrawn_at": plain(each.withdrawn_at),
            }
            for each in invited.select_related("clinician").order_by("invited_at", "pk")
        ],
        "looks": [{"at": plain(each.at), "by": names.get(each.actor), "page": Page(each.page).label} for each in looks],
    }


def _link(link: CareLink) -> Row:
    return {
        "with": link.clinician.name,
        "asked_at": plain(link.proposed_at),
        "accepted_at": plain(link.accepted_at),
        "agreed_to_words_of_version": link.consent_version,
        "agreed_at": plain(link.consented_at),
        "ended_at": plain(link.ended_at),
        "ended_by": "you" if link.ended_by == Role.PATIENT else plain(link.ended_by),
    }


def events_of(patient: Patient) -> list[Row]:
    """What happened around this account, oldest first: two queries. Staff who are no clinician stay unnamed."""
    mine = patient.user.event_id
    events = list(Event.objects.filter(Q(subject=mine) | Q(actor=mine)).order_by("at", "pk"))
    names = names_of(who for each in events for who in (each.actor, each.other) if who != mine)
    return [
        {
            "at": plain(each.at),
            "what": EventKind(each.kind).label,
            "by": _by(each, mine, names),
            "with": names.get(each.other),
            "detail": plain(each.detail),
            "address": each.address,
        }
        for each in events
    ]


def _by(event: Event, mine: UUID, names: Mapping[UUID | None, str]) -> str | None:
    """Who did it, as far as it is known."""
    if event.actor is None:
        return None
    return "you" if event.actor == mine else names.get(event.actor) or "the people who run this site"
