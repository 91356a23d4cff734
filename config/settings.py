"""The settings: this one file, everything that differs between places read from the environment.

Without DATABASE_URL this is a trial or a developer's machine ("local"): the embedded PostgreSQL,
a key made here, plain HTTP on this machine only. With it, nothing is guessed. See .env.example.
"""

import contextlib
import importlib.util
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


# Readers of the environment: they fail with a hint that names the variable.


def text(name: str, default: str | None = None, hint: str = "") -> str:
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}. {hint}".strip())
    return value


def yes(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in ("1", "true", "yes", "on")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str | None = None, hint: str = "") -> list[str]:
    return [word for part in text(name, default, hint).split(",") if (word := part.strip())]


def database(url: str) -> dict[str, Any]:
    """Read postgresql://USER:PASSWORD@HOST:PORT/NAME?sslmode=…; a HOST with %2F is a socket's."""
    form = "DATABASE_URL must look like postgresql://USER:PASSWORD@HOST:PORT/NAME"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{form}: {error}.") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise ImproperlyConfigured(f"{form}.")
    options = [part.partition("=") for part in parts.query.split("&") if part]
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": "" if port is None else str(port),
        "OPTIONS": {unquote(key): unquote(value) for key, _, value in options},
    }


def made_key(path: Path) -> str:
    """Read the local secret key, made when it is first asked for, readable by its owner only."""
    try:
        if not path.exists():
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.parent.chmod(0o711)
            with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # made with 0600
                file.write(secrets.token_urlsafe(50))
                file.flush()
                with contextlib.suppress(FileExistsError):  # another process was faster
                    os.link(file.name, path)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR: {path} cannot be used: {error.strerror}.") from error


# Where we are

DATABASE_URL = text("DATABASE_URL", "")
LOCAL = yes("LOCAL", default=not DATABASE_URL)
DATA_DIR = Path(text("DATA_DIR", str(BASE_DIR / ".local"))).absolute()
DEBUG = yes("DEBUG", default=False)

if LOCAL:
    SECRET_KEY = text("SECRET_KEY", "") or made_key(DATA_DIR / "secret_key")
    ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
else:
    SECRET_KEY = text(
        "SECRET_KEY",
        hint='Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
    ALLOWED_HOSTS = words(
        "ALLOWED_HOSTS", hint="The names this site answers to, for example: claims.example.org"
    )

# Sayso's own

SITE_NAME = text("SITE_NAME", "Sayso")
SAYSO_ALLOW_SOLO_VERDICTS = yes("SAYSO_ALLOW_SOLO_VERDICTS", default=False)
SIMILAR_BY_MEANING = yes("SIMILAR_BY_MEANING", default=True)

# What it is made of

INSTALLED_APPS = [
    "procrastinate.contrib.django",  # first: the others tell it their jobs when they are loaded
    "claims",
    "articles",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    # First those that only add headers: their answers are never cut short, not even redirects.
    "config.middleware.headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "config.middleware.language",
    "config.kept.kept",  # after it nothing looks at a reader whose page is kept
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.signin.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.methods",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["articles.templatetags.once"],  # every form that is sent has its token
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# The database

if not DATABASE_URL and importlib.util.find_spec("fcntl") is None:
    raise ImproperlyConfigured(
        "The embedded PostgreSQL needs Linux or macOS: "
        "set DATABASE_URL to use a PostgreSQL server of your own."
    )
_connections = number("DATABASE_POOL", 10)
_pool = {"min_size": 1, "max_size": _connections, "timeout": 10} if _connections else None
_given: dict[str, Any] = (
    database(DATABASE_URL)
    if DATABASE_URL
    else {
        "NAME": "sayso",
        "USER": "sayso",
        "EMBEDDED": {"folder": DATA_DIR / "database", "durable": True},
    }
)
DATABASES = {
    "default": {
        **_given,
        "ENGINE": "config.database",
        # Statements stay planned on connections, which a pooler that shares them may not take.
        "PREPARES": yes("DATABASE_PREPARES", default=not DATABASE_URL),
        "OPTIONS": {**_given.get("OPTIONS", {}), "pool": _pool},
    }
}

# What readers were shown, kept by each process as long as it is true; a developer's pages are not

KEPT_BYTES = 2**20 * number("KEPT_MEGABYTES", 0 if DEBUG else 64)

# Jobs: what no page waits for, in claims/jobs.py

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
IMPORT_AT_ONCE = max(1, number("IMPORT_AT_ONCE", 1000))

# Signing in

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Languages and times

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files

STATIC_URL = "static/"
STATIC_ROOT = Path(text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "config.storage.StaticStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# What is sent: the columns of ten wide sheets are one form

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = [
    "config.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Security: what every page is sent with, and what only https can have

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", "")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if not LOCAL:
    SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = yes("HSTS_INCLUDE_SUBDOMAINS", default=True)
    # Preloading binds a whole domain for years: its owner asks for it, we don't.
    SECURE_HSTS_PRELOAD = yes("HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    if yes("TRUST_X_FORWARDED_PROTO", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Proxies in front, each of which adds the address that it saw to X-Forwarded-For: who reports
# errors too often is known by the one that the outermost saw.
PROXIES = number("PROXIES", 0)

# What is told, and to whom

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": text("LOG_LEVEL", "WARNING").upper()},
        "django.request": {"handlers": [], "level": "ERROR"},  # not every 404
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},  # it is told to the sender
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
