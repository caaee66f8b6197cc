"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ldnapp.settings")
os.umask(0o077)  # database, keys and mails are readable by this user alone

application = get_wsgi_application()
