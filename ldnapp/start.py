"""Brings the site up: database, cache table, demo data, static files, then the web server.

`make run` (a demo) and `make serve` (production) call this. It can be called at any time: what is
done already costs a moment, and nothing is lost.
"""

import hashlib
import os
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection

from ldnapp.loose_files import what_is_loose

SERVER = [sys.executable, "-m", "gunicorn", "--config", "python:ldnapp.gunicorn_conf"]


def main() -> None:
    """Prepare everything, say where the site is, and become the web server."""
    os.umask(0o077)  # database, keys and mails are readable by this user alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ldnapp.settings")
    try:
        django.setup()
        refuse_a_taken_port(settings.PORT)
        refuse_loose_files()
        prepare_database()
        collect_static_files(Path(settings.STATIC_ROOT))
    except ImproperlyConfigured as error:
        stop(str(error))
    except OperationalError as error:
        stop(f"The database can't be used: {error}".strip())
    connection.close()
    if settings.DEMO:
        print(f"\nLDN Tracker is at http://localhost:{settings.PORT} (Ctrl-C stops it).\n", flush=True)
    os.execv(sys.executable, SERVER)


def stop(why: str) -> NoReturn:
    """End with this sentence and a failure."""
    sys.exit(f"LDN Tracker: {why}")


def refuse_a_taken_port(port: int) -> None:
    """Say so at once where something else listens on the port: gunicorn would try for seconds first."""
    with closing(socket.socket()) as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            stop(f"Port {port} is taken. Stop what runs there, or choose another, as in `make run PORT=8001`.")


def refuse_loose_files() -> None:
    """Refuse to start where others on this machine can read the site's files; a demo only says so."""
    loose = what_is_loose()
    if loose and settings.PRODUCTION:
        raise ImproperlyConfigured(loose)
    if loose:
        print(loose, flush=True)


def prepare_database() -> None:
    """Migrations, the shared cache's table and, in a demo, its people and diaries."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("rebuild", missing=True)  # whoever wrote before there were summaries
    call_command("clearsessions")  # one that is over may hold what someone had typed; the rest is the timer's
    if settings.DEMO:
        call_command("demo")
    else:
        refuse_demo_people()


def refuse_demo_people() -> None:
    """Outside a demo, refuse a database that a demo has used: everyone can read its people's password."""
    if get_user_model().objects.filter(is_demo=True).exists():
        raise ImproperlyConfigured(
            "This database holds a demo's people, whose password is public: give the real site one of its own "
            "(another DATA_DIR or DATABASE_URL)."
        )


def collect_static_files(root: Path) -> None:
    """Copy, hash and compress the static files, which takes seconds, only where one has changed."""
    mark, fingerprint = root / ".collected", static_fingerprint()
    if mark.exists() and mark.read_text() == fingerprint:
        return
    print("Preparing the static files (ten seconds or so).", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(fingerprint)


def static_fingerprint() -> str:
    """One value for name, size and time of every static file of the site and of its packages."""
    found = [(name, Path(storage.path(name)).stat()) for finder in get_finders() for name, storage in finder.list([])]
    lines = sorted(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    main()
