"""Settings, from the environment. A fresh machine needs none: `./run` sets what it starts."""

from __future__ import annotations

import base64
import secrets
import sys
from pathlib import Path

import django_stubs_ext
import environ
import structlog
from django.utils.crypto import salted_hmac

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# Lets Django's own classes be written with their type arguments, as in ModelAdmin[Provider].
django_stubs_ext.monkeypatch()

env = environ.Env()

# What a command prints is its answer; what is logged goes beside it.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))

# A machine of one's own: embedded services, a key made and kept, no TLS.
DEVELOPMENT = env.bool("DEBUG", default=False)
# Pages that only a demonstration has: whom to sign in as, the mailbox.
DEMO = env.bool("DEMO", default=False)
# A visitor of the demonstration sees the pages of errors that everybody sees.
DEBUG = DEVELOPMENT and not DEMO
# The demonstration's people to sign in as have addresses in this domain, and this password.
DEMO_DOMAIN, DEMO_PASSWORD = "meet.waymark.example", "a-password-to-try"
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEVELOPMENT else [])


def _secret_key() -> str:
    """From the environment; on a developer's machine one is made and kept, so that sessions live on."""
    if key := env.str("SECRET_KEY", default=""):
        return str(key)
    if not DEVELOPMENT:
        raise environ.ImproperlyConfigured("SECRET_KEY must be set when DEBUG is off")
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        VAR_DIR.mkdir(exist_ok=True)
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


SECRET_KEY = _secret_key()
# Former ones, for as long as something is still signed or sealed with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])


def _signing_keys(variable: str, kept_as: str, name: str) -> list[str]:
    """From the environment of who signs, and of nobody else; on a developer's machine one is made and kept."""
    if keys := env.list(variable, default=[]):
        return list(keys)
    if not DEVELOPMENT:
        return []
    kept = VAR_DIR / kept_as
    if not kept.exists():
        VAR_DIR.mkdir(exist_ok=True)
        kept.write_text(f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}")
        kept.chmod(0o600)
    return [kept.read_text()]


# What the ledger's log is called in its checkpoints, without a scheme; and the keys that sign them, the newest first,
# each `name:base64 of an Ed25519 key's 32 bytes`.
LEDGER_NAME = env.str("LEDGER_NAME", default="waymark.example")
LEDGER_SIGNING_KEYS = _signing_keys("LEDGER_SIGNING_KEYS", "signing_key", LEDGER_NAME)
# How long a row may lie unsealed before whoever watches is told: the clock seals each minute, and a transaction that is
# left open holds it up.
LEDGER_SEAL_ALARM_SECONDS = env.int("LEDGER_SEAL_ALARM_SECONDS", default=600)
# What learners' badges are signed with, in the same form: the first signs, and all are published, so that what the
# others signed can be checked still. Without one there are no badges.
BADGE_SIGNING_KEYS = _signing_keys("BADGE_SIGNING_KEYS", "badge_key", "key-1")
# Who issues badges, as whoever looks at one reads it.
BADGE_ISSUER = env.str("BADGE_ISSUER", default="Waymark")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "config",
    "ledger",
    "payments",
    "accounts",
    "providers",
    "vouchers",
    "brokerage",
    "api",
    "web",
    "town",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pages for slow phones. A page that has a secret and says what somebody typed could be guessed at by its length
    # (BREACH): cookies that stay on this site (SameSite), CSRF tokens masked anew and Django's own padding prevent it.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.languages.of_person",
    "web.unsent.writers_cookie",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.request_log.RequestLog",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = env.str("ROOT_URLCONF", default="config.urls")
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*sorted(BASE_DIR.glob("web/*/templates")), BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.navigation.navigation",
            ]
        },
    }
]
FORM_RENDERER = "web.forms.GovukRenderer"

# The application connects as DATABASE_URL, and so does the sealer, in a process of its own; what makes and changes
# tables, as DATABASE_OWNER_URL (docs/operating.md).
AS_OWNER = env.bool("WAYMARK_AS_OWNER", default=False)
APPLICATION_ROLE, SEALER_ROLE = "waymark_app", "waymark_sealer"
DATABASES = {
    "default": env.db_url("DATABASE_OWNER_URL")
    if AS_OWNER and "DATABASE_OWNER_URL" in env.ENVIRON
    else env.db_url("DATABASE_URL", default="postgres:///waymark")
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
# A new connection costs more than most requests; one that a restarted server has dropped is noticed and replaced.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A statement that a connection has sent five times is prepared: PostgreSQL parses and plans it no more.
DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
if not AS_OWNER and DATABASES["default"].get("USER") != SEALER_ROLE:
    DATABASES["default"]["OPTIONS"]["options"] = f"-c role={APPLICATION_ROLE}"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
# Only in the session that signed up: whoever else has the link signs in afterwards.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "web.account.adapters.AccountAdapter"
# Whoever gets into an account is not the only one who knows when how to get in changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"login": "web.account.forms.SignInForm"}
MFA_ADAPTER = "web.account.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "web.account.forms.AddPasskeyForm",
    "edit_webauthn": "web.account.forms.RenamePasskeyForm",
    "generate_recovery_codes": "web.account.forms.PrintCodesForm",
    "activate_totp": "web.account.forms.SetUpAppForm",
    "authenticate": "web.account.forms.SecondStepCodeForm",
    "reauthenticate": "web.account.forms.CodeForm",
    "authenticate_webauthn": "web.account.forms.SecondStepWithPasskeyForm",
    "login_webauthn": "web.account.forms.SignInWithPasskeyForm",
    "reauthenticate_webauthn": "web.account.forms.ShowPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# By a finger, a face or a PIN: a device that lies about is not enough to spend with.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers take a passkey without TLS from http://localhost alone; the demonstration is there.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_TOTP_ISSUER = "Waymark"
# The clocks of telephones are a little off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Who else people can sign in through: a list of {"id", "name", "server_url", "client_id", "secret"}
# (docs/signing-in.md).
IDENTITY_PROVIDERS = env.json("IDENTITY_PROVIDERS", default=[])
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": each["id"],
                "name": each["name"],
                "client_id": each["client_id"],
                "secret": each["secret"],
                "settings": {"server_url": each["server_url"]},
            }
            for each in IDENTITY_PROVIDERS
        ],
    }
}
SOCIALACCOUNT_ADAPTER = "web.account.identity.IdentityAdapter"
# An account that is there is never opened because a provider says the same address: its owner connects it themselves.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# Whom we would ask about somebody later is nobody: what a provider gave out for that is not kept.
SOCIALACCOUNT_STORE_TOKENS = False

LANGUAGE_CODE = "en-gb"
# Each in its own words, for those who look for it.
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "uploads"
WHITENOISE_USE_FINDERS = DEVELOPMENT

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Where checkpoints are published beside the database: what it says later is compared with them. An object store
    # that keeps its versions is better than a directory; any backend of Django's storages will do.
    "checkpoints": {
        "BACKEND": env.str("CHECKPOINTS_BACKEND", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("CHECKPOINTS_OPTIONS", default={"location": str(VAR_DIR / "checkpoints")}),
    },
}

PAYMENTS_GATEWAY = env.str("PAYMENTS_GATEWAY", default="payments.sandbox.SandboxGateway")
# Stripe, with PAYMENTS_GATEWAY=payments.stripe.StripeGateway (docs/cards.md). Whether its money is real is said apart
# from its key, so that a key in the wrong place is noticed. Several webhook secrets while one is replaced.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_LIVE = env.bool("STRIPE_LIVE", default=False)
# Another address than Stripe's own, such as that of a stand-in for it.
STRIPE_API = env.str("STRIPE_API", default="")
# What the sandbox signs its webhooks with: each installation its own, the same for web servers and workers.
SANDBOX_WEBHOOK_SECRET = "whsec_" + salted_hmac("payments.sandbox", "webhooks", SECRET_KEY).hexdigest()
# The bank that pays providers: the sandbox's, or `payments.bank.ByHand` where a person carries its files.
PAYMENTS_BANK = env.str("PAYMENTS_BANK", default="payments.sandbox.SandboxBank")
# The accounts that schemes pay from, by a scheme's short name or else by currency: those of a bank that is not there.
PAYOUT_ACCOUNTS = env.json(
    "PAYOUT_ACCOUNTS",
    default={
        "GBP": {"iban": "GB94BARC10201530093459", "bic": "BARCGB22XXX"},
        "EUR": {"iban": "FR1420041010050500013M02606", "bic": "PSSTFRPPXXX"},
    },
)
EMAIL_BACKEND = "web.mailbox.backend.MailboxBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Waymark <no-reply@waymark.example>")

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
# Whether what we send to others' addresses (webhooks, feeds to fetch) may go to this machine and its network, and
# without TLS. Never where real money is.
OUTBOUND_MAY_GO_INSIDE = env.bool("OUTBOUND_MAY_GO_INSIDE", default=DEMO)
# How many processes send webhooks at once, each with many connections; the others are free for other work.
WEBHOOK_PROCESSES = env.int("WEBHOOK_PROCESSES", default=1)
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=6000)
# From one address, or by one learner, where there is no key: more than a person does who types as they search.
PUBLIC_REQUESTS_PER_MINUTE = env.int("PUBLIC_REQUESTS_PER_MINUTE", default=300)
SPECTACULAR_SETTINGS = {
    "TITLE": "Waymark",
    "DESCRIPTION": "For the systems of course providers: look vouchers up, say what was delivered, redeem.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    # Codes stay with the field that has them, instead of in shapes named by a hash.
    "POSTPROCESSING_HOOKS": [],
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# No address of ours goes to another site. Stricter, browsers would not even say that our own forms are ours.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE = env.bool("SECURE", default=not DEVELOPMENT)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "web.unsent.form_grown_old"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = BROKER_URL
# Whoever seals has rights and keys that no other worker has.
# Sending to others takes as long as they like: it has a queue of its own, so that it can have workers of its own.
CELERY_TASK_ROUTES = {
    "ledger.tasks.seal": {"queue": "seals"},
    "api.tasks.send_webhooks": {"queue": "webhooks"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task that a killed worker left behind goes to another one after this many seconds. One that takes longer is given
# out twice, which changes nothing: every task judges again under lock.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("TASK_REDELIVERED_AFTER", default=600),
    "unacked_restore_interval": 10,  # kombu looks only every hundred seconds unless told
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE
