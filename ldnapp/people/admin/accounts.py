"""Accounts of all roles in the admin: lock, unlock, send a password mail, ask for a reset; add an admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from ldnapp.people import accounts
from ldnapp.people.factor_resets import ask_reset, is_for_staff
from ldnapp.people.models import Role, User
from ldnapp.people.reauthentication import has_reauthenticated, led_to_reauthentication

from .again import asks_again
from .pages import NONE, PagesThatAsk, named
from .persons import NewPersonForm

admin.site.unregister(Group)  # importing Django's UserAdmin registers it


class NewAdminForm(NewPersonForm):
    """Makes another admin."""

    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(PagesThatAsk, DjangoUserAdmin):
    """Accounts of all roles: lock, unlock, send a password mail, ask for a reset; add an admin.

    Django's own UserAdmin stands behind it because it refuses to be searched by password; its page
    that sets a password is taken out.
    """

    add_form = form = NewAdminForm
    add_form_template = None
    fieldsets = ((None, {"fields": ("email", "role", "is_active", "joined_at")}),)
    add_fieldsets = ((None, {"fields": ("email",)}),)
    readonly_fields = ("email", "role", "joined_at")
    list_display = ("email", "person", "role", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("patient", "clinician")
    search_fields = ("email", "patient__name", "clinician__name")
    ordering = ("email",)
    filter_horizontal = ()
    actions = ("send_password_mail", "reset_second_factor")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks the account they are signed in with: it may be the last admin's."""
        if obj is None:
            return ()
        return (*self.readonly_fields, "is_active") if obj == request.user else self.readonly_fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who may sign in is changed only by someone who has just shown that it is them."""
        if request.method == "POST" and not has_reauthenticated(request):
            return led_to_reauthentication(request)
        return super().change_view(request, *args, **kwargs)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        if change:
            accounts.set_lock(obj, is_locked=not obj.is_active, by=request.user)
            return
        obj.pk = accounts.create_account(form.cleaned_data["email"], Role.ADMIN, by=request.user).pk
        obj.refresh_from_db()
        accounts.send_password_mail(request, obj, by=request.user)

    def called(self, row: User) -> str:
        return named(row)

    @admin.display(description="Name")
    def person(self, user: User) -> str:
        return user.person_name or NONE

    @admin.action(description="Send a mail to set the password")
    def send_password_mail(self, request: Any, queryset: QuerySet[User]) -> None:
        """To each person's own address; locked ones could not use it."""
        unlocked = [user for user in queryset if user.is_active]
        for user in unlocked:
            accounts.send_password_mail(request, user, by=request.user)
        left = len(queryset) - len(unlocked)
        locked = f" {left} locked: unlock first." if left else ""
        messages.success(request, f"Sent to {len(unlocked)}.{locked}")

    @admin.action(description="Reset second factor")
    @asks_again
    def reset_second_factor(self, request: Any, queryset: QuerySet[User]) -> None:
        """Begins the 72 hours. One account at a time: whoever asks should know the person."""
        if len(queryset) != 1:
            messages.error(request, "Choose one account: a reset is asked for one person at a time.")
            return
        try:
            ask_reset(queryset[0], by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return
        when = "after 72 hours, once a second admin has approved" if is_for_staff(queryset[0]) else "in 72 hours"
        messages.success(
            request, f"Asked for. The owner was mailed; it will be done {when}, unless they sign in first."
        )
