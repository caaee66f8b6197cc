"""What a password must be like, beside Django's own rules."""

from django.core.exceptions import ValidationError

LONGEST = 128  # characters; the settings say the same


class MaximumLengthValidator:
    """Refuses a password that is too long to be one: hashing a megabyte is an attack, not a password."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(f"Please use at most {self.max_length} characters.")

    def get_help_text(self) -> str:
        return f"Your password can have up to {self.max_length} characters."
