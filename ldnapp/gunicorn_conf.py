"""How gunicorn serves this site; everything that a host decides comes from the environment.

The access log holds a masked path, and never a query string nor the words of a request line, which
hold the query too.
"""

from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger

from ldnapp import environment
from ldnapp.web.logs import ID_IN_PATH


def masked(path: str) -> str:
    """The path as it may be logged: one line, with "…" for keys, tokens and dates."""
    return ID_IN_PATH.sub("…", quote(path))


class AccessLogger(Logger):
    """Gunicorn's logger with masked paths: a line break in a path would forge a line of the log."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Gunicorn's values for one line, `U` (the path) masked."""
        return {**super().atoms(resp, req, environ, request_time), "U": masked(environ["PATH_INFO"])}


def _address() -> str:
    """Where to listen: a demo on this machine only, production where BIND says (127.0.0.1 without it)."""
    host = "127.0.0.1" if environment.flag("DEMO") else environment.text("BIND", "127.0.0.1")
    return f"{host}:{environment.number('PORT', 8000)}"


wsgi_app = "ldnapp.wsgi:application"
bind = _address()
workers = 2
worker_class = "gthread"
threads = 4
preload_app = True  # a worker of its own costs a third of the memory; a faulty start stops at once
control_socket_disable = True  # it would lie in the home directory, which a service's user may lack
# With a proxy in front, gunicorn believes one on this machine; without, nobody's word on the scheme.
forwarded_allow_ips = "127.0.0.1,::1" if environment.number("PROXIES", 0) else ""
logger_class = AccessLogger
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
