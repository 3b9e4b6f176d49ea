"""The settings of the tests: the database is made by its owner, and used as the application (`tests/conftest.py`)."""

import os

os.environ["WAYMARK_AS_OWNER"] = "1"
os.environ["DEMO"] = "1"
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("SECRET_KEY", "a key for tests alone")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

# Two runs on one server never meet: the first process names the run, its workers inherit the name.
RUN = os.environ.setdefault("WAYMARK_TEST_RUN", str(os.getpid()))
DATABASES["default"]["TEST"] = {"NAME": f"test_waymark_{RUN}"}

DEBUG = False
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "checkpoints": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}

# A page that asks the database once a row fails its test.
INSTALLED_APPS += ["zeal"]
MIDDLEWARE += ["zeal.middleware.zeal_middleware"]
ZEAL_RAISE = True
# allauth looks an address up twice while it confirms it, and a session while it comes back from a provider.
ZEAL_ALLOWLIST = [
    {"model": "account.EmailAddress", "field": "get()"},
    {"model": "sessions.Session", "field": "get()"},
]

# As where real money is: tests that send to this machine say so.
OUTBOUND_MAY_GO_INSIDE = False
