"""Settings. Every environment variable is read once, here, typed, and fails loudly."""

import os
import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"


def read(name: str, default: str = "") -> str:
    """Return a variable, or what the file of NAME_FILE holds; an empty one is as good as none."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "").strip() or default
    try:
        return Path(path).read_text().strip() or default
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error


def boolean(name: str, default: str) -> bool:
    """Return a yes or a no; anything else refuses to start, where a plain cast would read « flase » as no."""
    value = read(name, default).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


DEBUG = boolean("DEBUG", "false")


def required(name: str, development: str) -> str:
    """Return a setting that only a developer may leave out."""
    value = read(name, development if DEBUG else "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: set {name}, or {name}_FILE with the path of a file holding it.")
    return value


def split_url(name: str, value: str, schemes: set[str], example: str) -> SplitResult:
    """Return the parts of an address; the message does not repeat it, for it may hold a password."""
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in schemes and parts.port != 0 and not set(value) & set(" \t\r\n")
    except ValueError:  # of a port that is no number, or brackets that do not match
        is_usable = False
    if not is_usable:
        raise ImproperlyConfigured(f"{name} must look like {example}.")
    return parts


def origin(name: str, development: str) -> str:
    value = required(name, development).rstrip("/")
    parts = split_url(name, value, {"http", "https"}, "https://symposium.example.org")
    if not parts.hostname or "@" in parts.netloc or parts.path or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} must look like https://symposium.example.org, not {value!r}.")
    if not DEBUG and parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise ImproperlyConfigured(f"{name} must begin with https:// when DEBUG is off.")
    return value


def hosts(name: str, development: str) -> list[str]:
    values = [host.strip() for host in required(name, development).split(",") if host.strip()]
    if not values or any(set(host) & set("/ @") for host in values):
        raise ImproperlyConfigured(f"{name} must name hosts without https://, separated by commas.")
    if not DEBUG and "*" in values:
        raise ImproperlyConfigured(f"{name} must name the hosts; * answers to any.")
    return values


def secret(name: str, value: str) -> str:
    if not value or (not DEBUG and (len(value) < 32 or len(set(value)) < 5)):
        raise ImproperlyConfigured(f"{name} needs keys of 32 random characters or more.")
    return value


def database() -> dict[str, object]:
    url = required("DATABASE_URL", "")
    split_url("DATABASE_URL", url, {"postgres", "postgresql"}, "postgres://user:password@host:5432/name")
    parsed: dict[str, object] = environ.Env.db_url_config(url)
    if not parsed["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL must end with the name of the database.")
    # A thread keeps its connection; one that died with the server is replaced at the next request.
    own = {"ENGINE": "symposium.lib.database", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return {**parsed, **own}


def whole_number(name: str, default: int, most: int) -> int:
    value = read(name, str(default))
    if not (value.isascii() and value.isdecimal() and int(value) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
    return int(value)


PORT = whole_number("PORT", 8000, most=65535)
SECRET_KEY = secret("SECRET_KEY", required("SECRET_KEY", "development-only-never-in-production-0123456789"))
# The first signs, all verify, so that tickets outlive a change of keys.
TICKET_KEYS = [
    secret("TICKET_KEYS", key.strip())
    for key in required("TICKET_KEYS", "development-only-tickets-never-in-production-01").split(",")
]
PUBLIC_ORIGIN = origin("PUBLIC_ORIGIN", f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", f"127.0.0.1,localhost,{urlsplit(PUBLIC_ORIGIN).hostname}")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", 0, most=10)

# Without one, only this machine itself reads /metrics.
METRICS_TOKEN = read("METRICS_TOKEN")
if METRICS_TOKEN:
    secret("METRICS_TOKEN", METRICS_TOKEN)

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = read("REDIS_URL")
if REDIS_URL:
    split_url("REDIS_URL", REDIS_URL, {"redis", "rediss", "unix"}, "redis://host:6379/0")
if not REDIS_URL and not DEBUG:
    raise ImproperlyConfigured("REDIS_URL is missing: the broker and the cache that several processes share.")
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "symposium.lib.cache.RedisOrNothing",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

MAIL_FOLDER = VAR / "mail"
_mail_url = required("EMAIL_URL", f"file://{MAIL_FOLDER}")
_mail = split_url(
    "EMAIL_URL",
    _mail_url,
    {"smtp", "smtp+tls", "smtp+ssl", "smtps", "file"},
    "smtp+tls://user:password@host:587 (or file:///folder)",
)
if _mail.scheme == "file":
    EMAIL_BACKEND = "symposium.outbox.backends.FolderBackend"
    EMAIL_FILE_PATH = _mail.path
elif _mail.hostname:
    EMAIL_HOST = _mail.hostname
    EMAIL_PORT = _mail.port or {"smtp": 25, "smtp+tls": 587}.get(_mail.scheme, 465)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme in {"smtp+ssl", "smtps"}
else:
    raise ImproperlyConfigured("EMAIL_URL must name the host of the mail server.")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "Symposium <symposium@example.org>")
if not all(parseaddr(DEFAULT_FROM_EMAIL)[1].partition("@")) or len(DEFAULT_FROM_EMAIL.splitlines()) > 1:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL must hold an e-mail address.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Mails that come back go to bounces+TOKEN@…: a token of 53 characters, where 64 may stand before the @.
BOUNCE_ADDRESS = read("BOUNCE_ADDRESS")
if BOUNCE_ADDRESS and not re.fullmatch(r"[A-Za-z0-9._-]{1,10}@[A-Za-z0-9.-]+", BOUNCE_ADDRESS):
    raise ImproperlyConfigured(
        "BOUNCE_ADDRESS must look like bounces@symposium.example.org, with at most ten characters before the @."
    )

INSTALLED_APPS = [
    "registrations",
    "programme",
    "symposium.outbox",
    "symposium.accounts",
    "symposium.trail",
    "modeltranslation",  # before the admin
    "symposium.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for FORM_RENDERER
    "django_countries",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
]
MIDDLEWARE = [
    "symposium.middleware.security_headers",
    "symposium.middleware.trusted_proxies",
    "django.middleware.security.SecurityMiddleware",
    "symposium.middleware.heed_refused_encodings",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "symposium.middleware.compress_answers",
    "symposium.middleware.refuse_odd_input",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "symposium.slashes.SlashesForReaders",
    "django.middleware.csrf.CsrfViewMiddleware",
    "symposium.lib.form_language.FormLanguage",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "symposium.middleware.answer_alike_in_time",
    "symposium.middleware.SecondFactorForStaff",
    "symposium.middleware.own_page_not_found",
]
ROOT_URLCONF = "symposium.urls"
WSGI_APPLICATION = "symposium.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Said here, because a test run takes DEBUG back while coverage asks the templates where they are.
            "debug": DEBUG,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "programme.templatetags.look"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("fr", "en")}
JQUERY_UI_URL = "vendor/jquery-ui.min.js"  # modeltranslation would fetch it from another host
TIME_ZONE = "Europe/Paris"
USE_TZ = True
FORMAT_MODULE_PATH = "symposium.formats"

# Outside the database, so that a restored backup forgets again who asked to be forgotten.
ERASURE_JOURNAL = BASE_DIR / "var" / "erasures.txt"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_REDIRECT_URL = "registrations:account"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "symposium.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "symposium.accounts.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
# No password: signing up hashes none, so that a known address takes no less time than a new one.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# A code, where a link would be built from the request.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Mail takes its time.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Few for one address, many for one network: a whole hospital may stand behind it.
ACCOUNT_RATE_LIMITS = {
    "login": "100/m/ip",
    "login_failed": "50/5m/ip,5/5m/key",
    "signup": "100/m/ip",
    "request_login_code": "100/m/ip,3/m/key",
    "reset_password": "100/m/ip,3/m/key",
}
SOCIALACCOUNT_ADAPTER = "symposium.accounts.social.SocialAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "symposium.accounts.social.DisconnectForm"}
# Offered where ORCID has given credentials; the tables are everywhere, so that all installations have the same.
ORCID_CLIENT_ID = read("ORCID_CLIENT_ID")
ORCID_CLIENT_SECRET = read("ORCID_CLIENT_SECRET")
if bool(ORCID_CLIENT_ID) != bool(ORCID_CLIENT_SECRET):
    raise ImproperlyConfigured("ORCID_CLIENT_ID and ORCID_CLIENT_SECRET belong together: set both, or neither.")
ORCID_BASE_DOMAIN = read("ORCID_BASE_DOMAIN", "orcid.org")
if ORCID_BASE_DOMAIN not in {"orcid.org", "sandbox.orcid.org"}:
    raise ImproperlyConfigured("ORCID_BASE_DOMAIN must be orcid.org or sandbox.orcid.org.")
ORCID_ORIGIN = f"https://{ORCID_BASE_DOMAIN}"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Symposium"
MFA_TOTP_TOLERANCE = 1  # of 30 seconds: telephones and servers differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PUBLIC_ORIGIN.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
# The container's own probes, and what watches from this machine, come over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SESSION_COOKIE_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # the page of a programme of 100 sessions has three thousand

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # Without max_retries a request that wakes the worker would wait for a broker that is away.
    {"socket_connect_timeout": 1, "socket_timeout": 5, "retry_on_timeout": False, "max_retries": 0} if REDIS_URL else {}
)
# Acknowledged as soon as a worker has it: PostgreSQL knows what is left to do, and a worker that loses its broker while a
# message waits for its acknowledgement may end (kombu restores it through a connection that is gone).
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # The outbox wakes the worker itself; this one finds what a dead worker or a lost broker left.
    "deliver": {"task": "symposium.outbox.tasks.deliver", "schedule": 5.0, "options": {"expires": 5.0}},
    "webhooks": {"task": "registrations.tasks.deliver_webhooks", "schedule": 5.0, "options": {"expires": 5.0}},
    "heartbeat": {"task": "registrations.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 60.0}},
    "expire-holds": {"task": "registrations.tasks.expire_holds", "schedule": 60.0, "options": {"expires": 60.0}},
    "messages": {"task": "registrations.tasks.send_messages", "schedule": 60.0, "options": {"expires": 60.0}},
    # Whoever asks for an export wakes the worker; this one finds what a dead worker or a lost broker left.
    "exports": {"task": "registrations.tasks.make_exports", "schedule": 60.0, "options": {"expires": 60.0}},
    "remind": {"task": "registrations.tasks.remind", "schedule": 600.0, "options": {"expires": 600.0}},
    "ask-who-is-coming": {
        "task": "registrations.tasks.ask_who_is_coming",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "free-silent-seats": {
        "task": "registrations.tasks.free_silent_seats",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "survey": {"task": "registrations.tasks.send_survey", "schedule": 600.0, "options": {"expires": 600.0}},
    "purge": {"task": "registrations.tasks.purge", "schedule": crontab(hour=3, minute=17)},
    "report": {"task": "registrations.tasks.send_reports", "schedule": 600.0, "options": {"expires": 600.0}},
}

LOG_LEVEL = read("LOG_LEVEL", "WARNING" if DEBUG else "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {LOG_LEVEL!r}.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "symposium.lib.logs.ScrubbedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # One logger for what Django says of itself, so that a line is written once.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # With DEBUG it would write each statement with its values, names among them.
        "django.db.backends": {"level": "INFO"},
    },
}
