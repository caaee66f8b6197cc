"""The site's own settings as production has them, with a key and hosts made for the tests.

What differs, differs for one of three reasons: speed (password hashing), a server that has no
collected static files, or a database that is made anew for the tests.
"""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "a key for tests only, long enough to pass the check of its length")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("BASE_URL", "http://localhost")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="ldn-tests-")
for name in ("DEMO", "DEBUG", "REQUIRE_SECOND_FACTOR", "PROXIES", "EMAIL_URL"):
    os.environ.pop(name, None)

from ldnapp.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # the files as they are in the source
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In a file, as in real use: a database in memory has no WAL and can't be written by two threads.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # noqa: F405
