"""Larder's settings. What differs between machines comes from the environment, and nothing else does.

DATABASE_URL, REDIS_URL    the servers; unset, those of the demo that runs in this checkout (.larder/demo.json)
CELERY_BROKER_URL          the Redis of the task queue; unset, REDIS_URL's
KAFKA_BOOTSTRAP_SERVERS    the brokers of the events, "host:port,host:port"; unset, the demo's as well
KAFKA_TOPIC                what changes travel on; "product-updates" by default. Dead letters: the same with ".dlq"
KAFKA_PARTITIONS           how many a topic gets when `manage.py create_topics` makes it; 3 by default
KAFKA_REPLICATION          how many brokers keep each; 1 by default, 3 for a cluster that may lose a broker
KAFKA_GROUP                whom the consumers share the work with; CACHE_NAMESPACE with "-caches" by default
DEBUG                      "1" shows tracebacks and lets `manage.py demo` make its admin login; off by default
SECRET_KEY                 needed when DEBUG is off
ALLOWED_HOSTS              comma-separated; loopback names by default
CSRF_TRUSTED_ORIGINS       comma-separated, with scheme; for a shop behind a proxy that ends TLS
CACHE_NAMESPACE            first part of every Redis key; "larder" by default, a fresh one for each test run
RATE_LIMITS                "off" takes every limit away, for load tests
TRUSTED_PROXIES            how many proxies of one's own every request comes through, each of which adds to
                           X-Forwarded-For whom it was asked by; 0 by default: the header is not believed
WARM_BEFORE_READY          "1": not ready before `manage.py warm_cache` has run on this Redis; off by default
METRICS_TOKEN              who may read /metrics sends it as a bearer token; unset, this machine alone may
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.backstage.appearance import APPEARANCE
from shop.database_session import DATABASE_SESSION
from shop.log_lines import LOG_LINES
from shop.whereabouts import server_url

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = BASE_DIR / ".larder"


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = os.environ.get("DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("Set SECRET_KEY to a long random string, or DEBUG=1 on a machine of your own.")
    SECRET_KEY = "insecure-and-for-debug-only"  # noqa: S105  refused above when DEBUG is off
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "shop",
    "shop.events",
    "shop.visitors",
    "shop.storefront",
    "shop.backstage",
    "inventory",
    "catalog",
    "cart",
    "analytics",
]

MIDDLEWARE = [
    "shop.caching.django_middleware.ProvenanceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.storefront.middleware.bad_input",
    "shop.storefront.foreign_pages.refuse_foreign_pages",
    "shop.storefront.session_middleware.SessionMiddleware",
    "shop.visitors.rate_limits.middleware.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **dj_database_url.parse(
            server_url("DATABASE_URL", "database_url", state=STATE_DIR), conn_max_age=60, conn_health_checks=True
        ),
        "OPTIONS": {
            "connect_timeout": 2,
            "application_name": "larder",
            "options": " ".join(f"-c {name}={value}" for name, value in DATABASE_SESSION.items()),
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

# django-redis keeps one connection pool for each distinct URL, so the two time-outs stand in two URLs.
REDIS_URL = server_url("REDIS_URL", "redis_url", state=STATE_DIR)
CACHE_NAMESPACE = os.environ.get("CACHE_NAMESPACE", "larder")
CACHE_READ_TIMEOUT = 0.1
CACHE_WRITE_TIMEOUT = 0.2


def _redis(timeout: float) -> dict[str, Any]:
    separator = "&" if "?" in REDIS_URL else "?"
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{REDIS_URL}{separator}socket_timeout={timeout}&socket_connect_timeout={timeout}",
        "KEY_PREFIX": f"{CACHE_NAMESPACE}-django",
        "OPTIONS": {
            "CONNECTION_POOL_KWARGS": {"max_connections": 256, "retry": Retry(NoBackoff(), 0), "driver_info": None},
        },
    }


CACHES = {"default": _redis(CACHE_READ_TIMEOUT), "writes": _redis(CACHE_WRITE_TIMEOUT)}

# How the queue works stands in shop/celery.py; only its place differs between machines.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or REDIS_URL

# What travels there, and how, stands in shop/events/.
KAFKA_BOOTSTRAP_SERVERS = server_url("KAFKA_BOOTSTRAP_SERVERS", "kafka_bootstrap_servers", state=STATE_DIR)
KAFKA_TOPIC = os.environ.get("KAFKA_TOPIC") or "product-updates"
KAFKA_PARTITIONS = int(os.environ.get("KAFKA_PARTITIONS") or 3)
KAFKA_REPLICATION = int(os.environ.get("KAFKA_REPLICATION") or 1)
KAFKA_GROUP = os.environ.get("KAFKA_GROUP") or f"{CACHE_NAMESPACE}-caches"

METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

WARM_BEFORE_READY = os.environ.get("WARM_BEFORE_READY", "") == "1"
RATE_LIMITS = os.environ.get("RATE_LIMITS", "") != "off"
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or 0)

SESSION_ENGINE = "shop.visitors.session_engine"
# The cookie's, as long as a cart is kept that nobody touches. When a session ends the server decides, long before.
SESSION_COOKIE_AGE = 30 * 24 * 3600
# Nobody logs in elsewhere; unfold's form forgets where somebody was going who opens it directly.
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shop.storefront.error_pages.form_expired"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Addresses that take more, and that know who sends it before they read it: a file of products, and what is around it.
LARGEST_CSV = 20 * 1024 * 1024
LARGE_UPLOADS = {"/admin/catalog/product/csv/": LARGEST_CSV + DATA_UPLOAD_MAX_MEMORY_SIZE}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = LOG_LINES

# unfold's name for it.
UNFOLD = APPEARANCE
