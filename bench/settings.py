"""The site's own settings as production has them, on a database that is made for the run and thrown away.

``DATABASE_URL`` may name a PostgreSQL server: a database of its own is made there. SQLite is always a
file of its own in DATA_DIR, which bench/__main__.py sets to a temporary folder.
"""

import os

os.environ["SECRET_KEY"] = "a key for measuring only, long enough to pass the check of its length"  # noqa: S105
os.environ["ALLOWED_HOSTS"] = "localhost"
os.environ["BASE_URL"] = "http://localhost"
for name in ("DEMO", "DEBUG", "REQUIRE_SECOND_FACTOR", "PROXIES", "EMAIL_URL"):
    os.environ.pop(name, None)
if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    os.environ.pop("DATABASE_URL", None)

from ldnapp.settings import *  # noqa: E402, F403

INSTALLED_APPS += ["bench"]  # noqa: F405  (the floor's tables)
PLAIN_BACKEND = "django.contrib.auth.backends.ModelBackend"  # the floor's: it must not pay for what ours looks up
AUTHENTICATION_BACKENDS += [PLAIN_BACKEND]  # noqa: F405
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")  # noqa: F405
DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "bench.sqlite3") if IS_SQLITE else "ldn_bench"}  # noqa: F405
LOGGING = LOGGING | {"loggers": {"django": {"level": "ERROR"}}}  # noqa: F405
