"""Keys that are files of their own beside the database, so that a copy of the database alone opens nothing."""

import hmac
import os
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.fernet import Fernet
from django.conf import settings


def key(name: str) -> bytes:
    """The key of this name, made at first use: 32 random bytes in base64.

    It is written under another name first and then linked: two workers at once end with one key, and
    nobody ever reads half of one.
    """
    kept = Path(settings.DATA_DIR) / name
    if not kept.exists():
        _make(kept)
    return kept.read_bytes()


def keyed_hash(name: str, text: str) -> str:
    """HMAC-SHA256 with the key of this name: who has the database but not the key can't try out guesses."""
    return hmac.new(key(name), text.encode(), sha256).hexdigest()


def _make(kept: Path) -> None:
    handle, draft = mkstemp(dir=kept.parent, prefix=f".{kept.name}-")  # 0600: this user alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, kept)
    except FileExistsError:
        return  # another worker was first: its key is the one
    finally:
        Path(draft).unlink()
