"""People in Django's admin: make them, lock them, send them a mail, reset a lost second factor. Nothing opens a diary.

No page sets a password, changes an e-mail, a role or a factor, or deletes anyone: each of these
would let an admin sign in as a patient.
"""

from . import accounts, events, factor_resets, persons

__all__ = ["accounts", "events", "factor_resets", "persons"]
