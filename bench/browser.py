"""Someone at a browser: sends requests through the whole WSGI handler of this process and times them."""

import gzip
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from ldnapp.people.models import User

CSRF_SECRET = "a" * 32
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back, and what it cost from the first byte in to the connection's end."""

    status: int
    headers: dict[str, str]
    body: bytes
    cpu: float  # seconds of this process
    wall: float  # seconds

    @property
    def page(self) -> bytes:
        """The body as the browser sees it."""
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body


class Browser:
    """One person who is signed in at one site."""

    def __init__(self, site: WSGIHandler, user: User, backend: str) -> None:
        self.site = site
        cookies = {settings.SESSION_COOKIE_NAME: session_of(user, backend), settings.CSRF_COOKIE_NAME: CSRF_SECRET}
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def get(self, url: str, accept: str = "gzip, deflate") -> Reply:
        """Load a page."""
        return self._send("GET", url, b"", accept)

    def post(self, url: str, fields: dict[str, Any]) -> Reply:
        """Send a form."""
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF_SECRET}).encode()
        return self._send("POST", url, body, "gzip, deflate")

    def _send(self, method: str, url: str, body: bytes, accept: str) -> Reply:
        """One request; the connection to the database is closed with it, as a server does."""
        path, _, query = url.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_ENCODING": accept,
            "HTTP_COOKIE": self.cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(body),
        }
        if body:
            environ |= {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body))}
        setup_testing_defaults(environ)
        begun: list[Any] = []

        def start(*said: Any) -> Any:
            begun.extend(said)

        wall, cpu = perf_counter(), process_time()
        response = self.site(environ, start)
        content = b"".join(response)
        response.close()
        cpu, wall = process_time() - cpu, perf_counter() - wall
        status, headers = begun
        return Reply(int(status[:3]), dict(headers), content, cpu, wall)


def site_with(middleware: list[str]) -> WSGIHandler:
    """A WSGI handler with this middleware around the project's URLs."""
    with override_settings(MIDDLEWARE=middleware):
        return WSGIHandler()


def session_of(user: User, backend: str) -> str:
    """The key of a new session in which this user is signed in by this backend."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
