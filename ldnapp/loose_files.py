"""Files of the site that others on this machine can read: a start refuses them."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OTHERS = 0o077  # every right of the group and of everyone


def what_is_loose() -> str | None:
    """One sentence that names what others can open, and the command that mends it; None where all is private."""
    loose = [path for path in private_paths() if path.stat().st_mode & OTHERS]
    if not loose:
        return None
    named = shlex.join(str(path) for path in loose if not any(parent in loose for parent in path.parents))
    return f"Others on this machine can open what is private here. Run: chmod -R go= {named}"


def private_paths() -> Iterator[Path]:
    """The data folder and what lies in it (static files are everyone's), database and mails wherever they are."""
    data, static = Path(settings.DATA_DIR), Path(settings.STATIC_ROOT)
    yield data
    for path in sorted(data.iterdir()):
        if path != static:
            yield from _with_what_is_in(path)
    for path in _elsewhere():
        if data not in path.parents and path.exists():
            yield from _with_what_is_in(path)


def _elsewhere() -> Iterator[Path]:
    """Database and mail folder, which the settings may have put outside the data folder."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        yield from (Path(f"{database['NAME']}{ending}") for ending in ("", "-wal", "-shm", "-journal"))
    if mails := getattr(settings, "EMAIL_FILE_PATH", None):
        yield Path(mails)


def _with_what_is_in(path: Path) -> Iterator[Path]:
    """A file, or a folder and everything below; links are not followed, whose own rights mean nothing."""
    if not path.is_symlink():
        yield path
        yield from (below for below in sorted(path.rglob("*")) if not below.is_symlink())
