"""Resets of second factors in the admin: where each stands; approve one, cancel one. They are asked for at accounts."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from ldnapp.people.factor_resets import approve_reset, cancel_reset, is_for_staff, state_of
from ldnapp.people.models import FactorReset

from .again import asks_again
from .pages import NONE, PagesToRead, moment


@admin.register(FactorReset)
class FactorResetAdmin(PagesToRead):
    """Read only but for its two actions; a reset is done by the clock."""

    fields = list_display = ("account", "role", "state", "asked_at", "due_at", "asked", "approved", "over_at")
    list_select_related = ("user", "asked_by", "approved_by")
    search_fields = ("user__email", "user__patient__name", "user__clinician__name")
    ordering = ("-asked_at",)
    actions = ("approve", "cancel")

    def called(self, row: FactorReset) -> str:
        return row.user.email

    @admin.display(description="Account", ordering="user__email")
    def account(self, reset: FactorReset) -> str:
        return reset.user.email

    @admin.display(description="Role")
    def role(self, reset: FactorReset) -> str:
        return reset.user.get_role_display()

    @admin.display(description="State")
    def state(self, reset: FactorReset) -> str:
        return state_of(reset, timezone.now())

    @admin.display(description="Not before")
    def due_at(self, reset: FactorReset) -> str:
        return moment(reset.due_at)

    @admin.display(description="Asked by")
    def asked(self, reset: FactorReset) -> str:
        return reset.asked_by.email

    @admin.display(description="Approved by")
    def approved(self, reset: FactorReset) -> str:
        if reset.approved_by:
            return reset.approved_by.email
        return NONE if is_for_staff(reset.user) else "not needed"

    @admin.display(description="Done or cancelled")
    def over_at(self, reset: FactorReset) -> str:
        return moment(reset.done_at or reset.cancelled_at)

    @admin.action(description="Approve, as the second admin")
    @asks_again
    def approve(self, request: Any, queryset: QuerySet[FactorReset]) -> None:
        """For clinicians and admins only: never by who asked, nor by who would lose the factor."""
        why_not = (
            "Not approved: there is nothing to approve, or it takes another admin. Who asked, whom they made an admin,"
            " who became one since, and the account’s owner can’t."
        )
        self._say(request, "approved", why_not, [approve_reset(reset, by=request.user) for reset in queryset])

    @admin.action(description="Cancel")
    @asks_again
    def cancel(self, request: Any, queryset: QuerySet[FactorReset]) -> None:
        """The second factors stay as they are."""
        open_ones = queryset.filter(done_at__isnull=True, cancelled_at__isnull=True)
        done = [cancel_reset(reset.user, by=request.user) for reset in open_ones]
        self._say(request, "cancelled", "Not cancelled: there is nothing to cancel.", done)

    def _say(self, request: HttpRequest, what: str, why_not: str, done: list[bool]) -> None:
        if any(done):
            messages.success(request, f"{sum(done)} {what}.")
        if not all(done) or not done:
            messages.warning(request, why_not)
