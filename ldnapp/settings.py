"""Settings of the site: all from the environment, safe without any (docs: the table in README.md).

Without DEMO or DEBUG this is production: it then refuses to start without SECRET_KEY and
ALLOWED_HOSTS. SECURE_… values follow BASE_URL: with https they are on, on a plain localhost off.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ldnapp import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
PRODUCTION = not (DEBUG or DEMO)
THIS_MACHINE = ["localhost", "127.0.0.1"]

SECRET_KEY_MIN_LENGTH = 50


def _secret_key() -> str:
    """The key from the environment; for a demo one that is made once and kept in DATA_DIR."""
    key = environment.text("SECRET_KEY")
    if key or PRODUCTION:
        if len(key) < SECRET_KEY_MIN_LENGTH:
            raise ImproperlyConfigured(
                "Set SECRET_KEY to a random text of 50 characters or more: without it this site can't start. "
                "(Just trying it out? Use `make run`.)"
            )
        return key
    kept = DATA_DIR / "demo-secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(SECRET_KEY_MIN_LENGTH))
    return kept.read_text()


def _allowed_hosts() -> list[str]:
    """Exact host names; a demo answers on this machine only."""
    hosts = environment.names("ALLOWED_HOSTS")
    if DEMO:
        return THIS_MACHINE
    if PRODUCTION and not hosts:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to this site's host names, such as diary.example.org.")
    if "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name each host: * lets anyone's name into mailed links.")
    return hosts or THIS_MACHINE


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = environment.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _allowed_hosts()
PORT = environment.number("PORT", 8000)
BASE_URL = environment.text(
    "BASE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://localhost:{PORT}"
).rstrip("/")
HTTPS = urlsplit(BASE_URL).scheme == "https"
if PRODUCTION and not HTTPS and urlsplit(BASE_URL).hostname not in THIS_MACHINE:
    raise ImproperlyConfigured("BASE_URL must begin with https:// wherever others reach this site.")
PROXIES = environment.number("PROXIES", 0)  # trusted reverse proxies in front of gunicorn
OPEN_SIGNUP = environment.flag("OPEN_SIGNUP")  # may a patient start without an invitation?
REQUIRE_SECOND_FACTOR = environment.flag("REQUIRE_SECOND_FACTOR", default=not DEMO)
CLINICAL_RULES = environment.flag("CLINICAL_RULES", default=True)  # off: a diary and its charts, no flags

INSTALLED_APPS = [
    "ldnapp.people",
    "ldnapp.access",
    "ldnapp.web",
    "tracker",
    "clinician",
    "ldnapp.people.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ldnapp.people.apps.UserSessionsConfig",  # allauth.usersessions
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "ldnapp.web.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",  # after the headers: its redirect to https carries them too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ldnapp.web.middleware.WholeBodyMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ldnapp.people.sessions.SessionAgeMiddleware",
    "ldnapp.access.middleware.AudienceMiddleware",  # before CSRF: who may be here comes first
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "ldnapp.urls"
WSGI_APPLICATION = "ldnapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ldnapp.web.context.site",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": environment.database("DATABASE_URL", DATA_DIR)}
CACHES = {
    "default": {
        # Shared by all workers: rate limits hold whichever worker answers.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # The default of 300 rows pushes out live counters and the marks of used codes.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Accounts are allauth's work.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ldnapp.people.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "ldnapp.people.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds
ACCOUNT_ADAPTER = "ldnapp.access.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_FORMS = {
    "login": "ldnapp.people.forms.LoginForm",
    "change_password": "ldnapp.people.forms.ChangePasswordForm",
    "signup": "ldnapp.people.signup.SignupForm",
}
ACCOUNT_SESSION_REMEMBER = True  # how long a session lives is people/sessions.py
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_BY_CODE_REQUIRED = set() if DEMO else {"password"}
ACCOUNT_LOGIN_BY_CODE_TRUST_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds: a mail takes its time, and so does a tired reader
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Five wrong passwords lock one account for five minutes; an address shared by a clinic has room.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    # Ours, by the names in access/views: mails that a clinician sends, links opened, codes tried in one session.
    "invite": "20/h/user",
    "invitation_link": "60/h/ip",
    "invitation_code": "30/h/ip",
    "invitation_code_session": "10/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_ADAPTER = "ldnapp.people.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "ldnapp.people.forms.SecondStepForm",
    "reauthenticate": "ldnapp.people.forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_ISSUER = "LDN Tracker"
MFA_TRUST_ENABLED = False

# Cookies and headers
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
MFA_TRUST_COOKIE_NAME = f"{COOKIE_PREFIX}trusted"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ldnapp.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = urlsplit(BASE_URL).netloc  # never the Host that a request names
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0  # two years
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"  # never no-referrer: forms would send Origin: null and be refused
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes of one request's body
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"  # of the server; a patient's days are in the patient's own zone (tracker/days.py)
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "ldnapp" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("FROM_EMAIL", "LDN Tracker <no-reply@localhost>")
globals().update(environment.email("EMAIL_URL", DATA_DIR))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "ldnapp.web.logs.PrivateFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
