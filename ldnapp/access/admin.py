"""Links in Django's admin: propose one, end one. Only the patient can accept."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from . import links
from .audience import SignedInRequest
from .models import CareLink


class ProposalForm(forms.ModelForm):
    """Asks for a patient and a clinician."""

    def clean(self) -> dict[str, Any]:
        """Refuse two who have a link already: Django skips a constraint about fields that the form doesn't show."""
        cleaned = super().clean() or self.cleaned_data
        if {"patient", "clinician"} <= cleaned.keys():
            CareLink(patient=cleaned["patient"], clinician=cleaned["clinician"]).validate_constraints()
        return cleaned


@admin.register(CareLink)
class CareLinkAdmin(admin.ModelAdmin):
    """Care links: nothing in one is edited, and none is deleted."""

    form = ProposalForm
    fields = ("patient", "clinician")
    list_display = ("patient_name", "clinician_name", "proposed_at", "accepted_at", "ended_at")
    list_select_related = ("patient", "clinician")
    search_fields = ("patient__name", "clinician__name")
    autocomplete_fields = ("patient", "clinician")
    actions = ("end_links",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None  # the list, for its action; no link's own page can be changed

    @admin.display(description="Patient")
    def patient_name(self, link: CareLink) -> str:
        return link.patient.name

    @admin.display(description="Clinician")
    def clinician_name(self, link: CareLink) -> str:
        return link.clinician.name

    @admin.action(description="End these links")
    def end_links(self, request: SignedInRequest, queryset: QuerySet[CareLink]) -> None:
        """From the next request on, the clinicians can look no longer."""
        for link in queryset:
            links.end_link(link, by=request.user)
        messages.success(request, f"{len(queryset)} ended or already ended.")
