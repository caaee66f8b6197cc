"""The two secrets of an invitation: a link to open and a code to read aloud. Only their hashes are stored."""

import secrets
from hashlib import sha256
from typing import NamedTuple

from ldnapp.people.keys import keyed_hash

KEY = "invitation-key"  # a file beside the database (people/keys.py)
# No letter or digit that looks like another one, and no vowel: nothing reads as a word. 9 of 25 are 41 bits.
ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
GROUPS, GROUP = 3, 3


class Secrets(NamedTuple):
    """As they go into the mail, and nowhere else."""

    token: str
    code: str


def new_secrets() -> Secrets:
    """A token of 256 bits and a code of 41."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return Secrets(secrets.token_urlsafe(32), "-".join(groups))


def token_hash(token: str) -> str:
    """What is stored of a token: nobody can guess one, so a plain hash does."""
    return sha256(token.encode()).hexdigest()


def code_hash(code: str) -> str:
    """What is stored of a code, however it was typed. It is short: a plain hash could be tried out."""
    letters = "".join(sign for sign in code.upper() if sign.isalnum())
    return keyed_hash(KEY, f"code:{letters}")
