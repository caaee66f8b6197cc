"""Links and invitations in Django's admin: propose and end a link, withdraw an invitation. Only the patient accepts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ldnapp.people.admin.again import FormThatAsks
from ldnapp.people.admin.pages import PagesThatAsk, PagesToRead, isolated, moment, named

from . import invitations, links
from .audience import SignedInRequest
from .models import CareLink, Invitation


class ProposalForm(FormThatAsks):
    """Asks for a patient and a clinician."""

    def clean(self) -> dict[str, Any]:
        """Refuse two who have a link already: Django skips a constraint about fields that the form doesn't show."""
        cleaned = super().clean()
        if {"patient", "clinician"} <= cleaned.keys():
            CareLink(patient=cleaned["patient"], clinician=cleaned["clinician"]).validate_constraints()
        return cleaned


class PersonSelect(AutocompleteSelect):
    """Shows a form again whose value is nobody's id: Django's own asks the database for any text, which is a fault."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if self._is_there(each)], attr)

    def _is_there(self, value: str) -> bool:
        try:
            return bool(self.choices.queryset.filter(pk=value).exists())
        except (ValueError, ValidationError):
            return False


@admin.register(CareLink)
class CareLinkAdmin(PagesThatAsk):
    """Care links: nothing in one is edited, and none is deleted."""

    form = ProposalForm
    fields = ("patient", "clinician")
    list_display = ("patient_name", "clinician_name", "proposed_at", "accepted_at", "ended_at")
    list_select_related = ("patient__user", "clinician__user")
    search_fields = ("patient__name", "clinician__name", "patient__user__email", "clinician__user__email")
    ordering = ("-proposed_at",)
    autocomplete_fields = ("patient", "clinician")
    actions = ("end_links",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # no link's own page can be changed

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = PersonSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What became of the two while this page was being sent, by another admin or the patient, is said."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(request.path)

    def save_model(self, request: Any, obj: CareLink, form: forms.ModelForm, change: bool) -> None:
        """As everywhere a link is proposed; the page goes on with the one that was made."""
        made = links.propose_link(patient=obj.patient, clinician=obj.clinician, by=request.user)
        obj.pk = made.pk
        obj.refresh_from_db()

    @admin.display(description="Patient", ordering="patient__name")
    def patient_name(self, link: CareLink) -> str:
        return isolated(named(link.patient))

    @admin.display(description="Clinician", ordering="clinician__name")
    def clinician_name(self, link: CareLink) -> str:
        return isolated(named(link.clinician))

    @admin.action(description="End these links")
    def end_links(self, request: SignedInRequest, queryset: QuerySet[CareLink]) -> None:
        """From the next request on, the clinicians can look no longer."""
        chosen = queryset.select_related("patient__user", "clinician__user")
        ended = sum(links.end_link(link, by=request.user) for link in chosen)
        messages.success(request, f"{ended} ended, {len(chosen) - ended} had ended before.")


@admin.register(Invitation)
class InvitationAdmin(PagesToRead):
    """Invitations, to read and to withdraw. What opens one is kept nowhere: link and code are hashes."""

    fields = list_display = ("clinician_name", "address", "state", "invited_at", "sent_at", "expires_at", "over_at")
    list_select_related = ("clinician__user",)
    search_fields = ("email", "clinician__name", "clinician__user__email")
    ordering = ("-invited_at",)
    actions = ("withdraw",)

    @admin.display(description="Clinician", ordering="clinician__name")
    def clinician_name(self, invitation: Invitation) -> str:
        return isolated(named(invitation.clinician))

    @admin.display(description="Address")
    def address(self, invitation: Invitation) -> str:
        return invitation.email or "forgotten"

    @admin.display(description="State")
    def state(self, invitation: Invitation) -> str:
        return invitation.state(timezone.now()).label

    @admin.display(description="Answered or withdrawn")
    def over_at(self, invitation: Invitation) -> str:
        return moment(invitation.over_at)

    @admin.action(description="Withdraw these invitations")
    def withdraw(self, request: SignedInRequest, queryset: QuerySet[Invitation]) -> None:
        """Their links and codes open nothing any more."""
        chosen = list(queryset.select_related("clinician__user"))
        withdrawn = sum(invitations.withdraw(invitation, by=request.user) for invitation in chosen)
        messages.success(request, f"{withdrawn} withdrawn, {len(chosen) - withdrawn} were over before.")
