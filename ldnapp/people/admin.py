"""People in Django's admin: make them, lock them, send them a mail. Nothing here opens a diary.

No page sets a password, changes an e-mail, a role or a factor, or deletes anyone: each of these
would let an admin sign in as a patient.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from . import accounts
from .models import Clinician, Patient, Role, User
from .zones import DEFAULT_ZONE, named_zones

admin.site.unregister(Group)  # importing Django's UserAdmin registers it


class AdminOfPeople(admin.ModelAdmin):
    """What all these pages have in common: nobody is deleted, and there is no bulk action but ours."""

    actions: Any = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the page's own filters: Django lets ?dose__isnull=0 through, which tells who takes LDN."""
        return lookup.partition("__")[0] in self.list_filter and super().lookup_allowed(lookup, value, request)


class NewPersonForm(forms.ModelForm):
    """Makes an account along with the person: its e-mail address is asked for once, here."""

    email = forms.EmailField(label="E-mail", help_text="A mail with a link to set the password goes there.")

    def clean_email(self) -> str:
        """The address in lower case. Raises for one that is taken."""
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this address already.")
        return email


class AdminOfPersons(AdminOfPeople):
    """Patients or clinicians: adding one makes the account too, and sends the mail."""

    role: Role

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(["email"] if obj is None else []), *self.person_fields]

    person_fields: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.user = accounts.create_account(form.cleaned_data["email"], self.role)
        super().save_model(request, obj, form, change)
        if not change:
            accounts.send_password_mail(request, obj.user)


@admin.register(Patient)
class PatientAdmin(AdminOfPersons):
    """Patients: who they are, never how they are."""

    role = Role.PATIENT
    person_fields = ("name", "date_of_birth", "country", "time_zone")
    list_display = ("name", "address", "date_of_birth", "country")
    search_fields = ("name", "user__email")
    ordering = ("name", "pk")
    list_select_related = ("user",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Time zones as a list: their names are not known by heart."""
        if db_field.name == "time_zone":
            zones = [(zone, zone) for zone in named_zones()]
            refusal = {"invalid_choice": "Choose a time zone that is named after a place."}
            return forms.ChoiceField(choices=zones, initial=DEFAULT_ZONE, error_messages=refusal)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="E-mail")
    def address(self, patient: Patient) -> str:
        return patient.user.email


@admin.register(Clinician)
class ClinicianAdmin(AdminOfPersons):
    """Clinicians."""

    role = Role.CLINICIAN
    person_fields = ("name",)
    list_display = ("name", "address")
    search_fields = ("name", "user__email")
    ordering = ("name", "pk")
    list_select_related = ("user",)

    @admin.display(description="E-mail")
    def address(self, clinician: Clinician) -> str:
        return clinician.user.email


class NewAdminForm(NewPersonForm):
    """Makes another admin."""

    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(AdminOfPeople, DjangoUserAdmin):
    """Accounts of all roles: lock, unlock, send a password mail; add an admin.

    Django's own UserAdmin stands behind it because it refuses to be searched by password; its page
    that sets a password is taken out.
    """

    add_form = form = NewAdminForm
    add_form_template = None
    fieldsets = ((None, {"fields": ("email", "role", "is_active", "joined_at")}),)
    add_fieldsets = ((None, {"fields": ("email",)}),)
    readonly_fields = ("email", "role", "joined_at")
    list_display = ("email", "role", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("email",)
    ordering = ("email",)
    filter_horizontal = ()
    actions = ("send_password_mail",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.readonly_fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["is_active"])
            return
        obj.pk = accounts.create_account(form.cleaned_data["email"], Role.ADMIN).pk
        obj.refresh_from_db()
        accounts.send_password_mail(request, obj)

    @admin.action(description="Send a mail to set the password")
    def send_password_mail(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """To each person's own address."""
        for user in queryset:
            accounts.send_password_mail(request, user)
        messages.success(request, f"Sent to {len(queryset)}.")
