"""Patients and clinicians in the admin: who they are, never how they are."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.http import HttpRequest

from ldnapp.people import accounts
from ldnapp.people.addresses import normalised
from ldnapp.people.models import Clinician, Patient, Role, User
from ldnapp.people.zones import DEFAULT_ZONE, named_zones

from .again import FormThatAsks
from .pages import PagesThatAsk, named


class NewPersonForm(FormThatAsks):
    """Makes an account along with the person: its e-mail address is asked for once, here."""

    email = forms.EmailField(label="E-mail", help_text="A mail with a link to set the password goes there.")

    def clean_email(self) -> str:
        """The address in lower case. Raises for one that is taken."""
        email = normalised(self.cleaned_data["email"])
        if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this address already.")
        return email


class AdminOfPersons(PagesThatAsk):
    """Patients or clinicians: adding one makes the account too, and sends the mail."""

    role: Role
    person_fields: tuple[str, ...] = ()
    search_fields = ("name", "user__email")
    ordering = ("name", "pk")
    list_select_related = ("user",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(["email"] if obj is None else []), *self.person_fields]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            accounts.change_person(obj, form.initial, form.changed_data, by=request.user)
            return
        obj.user = accounts.create_account(form.cleaned_data["email"], self.role, by=request.user)
        super().save_model(request, obj, form, change)
        accounts.send_password_mail(request, obj.user, by=request.user)

    def called(self, row: Any) -> str:
        return named(row)

    @admin.display(description="E-mail")
    def address(self, person: Any) -> str:
        email: str = person.user.email
        return email


@admin.register(Patient)
class PatientAdmin(AdminOfPersons):
    """Patients: who they are, never how they are."""

    role = Role.PATIENT
    person_fields = ("name", "date_of_birth", "country", "time_zone")
    list_display = ("name", "address", "date_of_birth", "country")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Time zones as a list: their names are not known by heart."""
        if db_field.name == "time_zone":
            zones = [(zone, zone) for zone in named_zones()]
            refusal = {"invalid_choice": "Choose a time zone that is named after a place."}
            return forms.ChoiceField(choices=zones, initial=DEFAULT_ZONE, error_messages=refusal)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Clinician)
class ClinicianAdmin(AdminOfPersons):
    """Clinicians."""

    role = Role.CLINICIAN
    person_fields = ("name",)
    list_display = ("name", "address")
