"""Makes an admin's account: the first one of a new site, before anyone can sign in."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from ldnapp.people.accounts import create_account
from ldnapp.people.addresses import normalised
from ldnapp.people.models import Role, User


class Command(BaseCommand):
    help = "Make an admin's account; asks for the password twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        password = getpass("Password: ")
        try:
            validate_email(email)
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if password != getpass("The same once more: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        if User.objects.filter(email=normalised(email)).exists():
            raise CommandError("There is an account with this address already.")
        create_account(email, Role.ADMIN, password=password)
        self.stdout.write("Made. Sign in at /accounts/login/ and add a second factor: the admin opens after that.")
