"""Environment to one checked, frozen ``Settings`` value.

Everything that an operator may change is named here, checked once at start and listed in the README; the rest of
the code reads no setting from ``os.environ``. In production a missing or weak secret is refused. In development a secret is
made once and kept beside the database, so that sessions and links survive a restart.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from . import setting_addresses, setting_secret
from .decimals import parse_decimal
from .setting_addresses import SettingsError

LOWEST_SCIM_RATE = 25  # requests a second; what Microsoft Entra wants of every application
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Settings(Struct, frozen=True):
    """The settings of this deployment. Times and sizes carry their unit in the name."""

    database_url: str
    data_dir: Path
    external_url: str
    secret_key: str
    mail_url: str = "console:"
    mail_from: str = "no-reply@localhost"
    scim_rate: float = 50.0  # requests per second and token; 0 switches the limit off
    port: int = 8000
    web_concurrency: int = 1
    production: bool = False
    urn_prefix: str = "urn:kissflow"
    product_name: str = "scimapp"
    invitation_days: int = 7
    session_idle_minutes: int = 60
    session_hours: int = 12
    password_memory_kib: int = 19456  # argon2id, OWASP minimum
    outbox_worker: bool = True
    batch_worker: bool = True
    trusted_proxies: int = 0  # how many proxies in front set X-Forwarded-For/-Proto
    unknown: tuple = ()  # names in the environment that look like settings but are not

    @property
    def is_https(self):
        return self.external_url.startswith("https://")

    @property
    def is_loopback(self):
        """Whether the external address reaches this machine only, as in a local try-out."""
        host = urlsplit(self.external_url).hostname or ""
        return host == "localhost" or setting_addresses.is_loopback(host)

    @property
    def is_plain_http(self):
        """Whether traffic could be read in transit; production refuses to start like this."""
        return not self.is_https and not self.is_loopback

    @property
    def sends_mail(self):
        """Whether a mail server is configured; without one mails are read on the console and in the app."""
        return not self.mail_url.startswith("console:")

    def scim_base_url(self, account_id):
        return f"{self.external_url}/scim/{account_id}/v2"

    def extension_urn(self, account_id):
        """The schema extension that holds the custom fields of one account."""
        return f"{self.urn_prefix}:scim:schemas:extension:{account_id}:2:User"

    @classmethod
    def from_environment(cls, environ=None):
        """Read and check every setting. Raises SettingsError."""
        environ = _Asked(os.environ if environ is None else environ)
        production = _production(environ)
        if production and _flag(environ, "FLASK_DEBUG", False):
            raise SettingsError("FLASK_DEBUG is on; production shows no debugger to anybody. Unset it.")
        data_dir = setting_addresses.data_dir(environ.get("SCIMAPP_DATA_DIR"))
        port = _whole(environ, "PORT", 8000, 1, 65535)
        return cls(
            database_url=setting_addresses.database_url(environ.get("SCIMAPP_DATABASE_URL"), data_dir, production),
            data_dir=data_dir,
            external_url=setting_addresses.external_url(environ.get("SCIMAPP_EXTERNAL_URL"), port, production),
            secret_key=setting_secret.secret_key(environ.get("SCIMAPP_SECRET_KEY"), data_dir, production),
            mail_url=setting_addresses.mail_url(environ.get("SCIMAPP_MAIL_URL")),
            mail_from=setting_addresses.mail_from(
                environ.get("SCIMAPP_MAIL_FROM"), environ.get("SCIMAPP_EXTERNAL_URL")
            ),
            scim_rate=_rate(environ.get("SCIMAPP_SCIM_RATE")),
            port=port,
            web_concurrency=_whole(environ, "WEB_CONCURRENCY", 1, 1, 64),
            production=production,
            urn_prefix=_urn_prefix(environ.get("SCIMAPP_URN_PREFIX")),
            product_name=_product_name(environ.get("SCIMAPP_PRODUCT_NAME")),
            invitation_days=_whole(environ, "SCIMAPP_INVITATION_DAYS", 7, 1, 30),
            session_idle_minutes=_whole(environ, "SCIMAPP_SESSION_IDLE_MINUTES", 60, 1, 1440),
            session_hours=_whole(environ, "SCIMAPP_SESSION_HOURS", 12, 1, 168),
            password_memory_kib=_whole(environ, "SCIMAPP_PASSWORD_MEMORY_KIB", 19456, 64, 1048576),
            outbox_worker=_flag(environ, "SCIMAPP_OUTBOX_WORKER", True),
            batch_worker=_flag(environ, "SCIMAPP_BATCH_WORKER", True),
            trusted_proxies=_whole(environ, "SCIMAPP_TRUSTED_PROXIES", 0, 0, 5),
            unknown=environ.unknown(),  # last, when all the others were asked for
        )


class _Asked:
    """An environment that remembers which names were read."""

    def __init__(self, environ):
        self._environ, self._names = environ, set()

    def get(self, name):
        self._names.add(name)
        return self._environ.get(name)

    def unknown(self):
        """Names with our prefix that were never read, in order."""
        return tuple(sorted(name for name in self._environ if name.startswith("SCIMAPP_") and name not in self._names))


def _production(environ):
    mode = (environ.get("SCIMAPP_ENV") or "development").lower()
    if mode not in ("production", "development"):
        raise SettingsError(f"SCIMAPP_ENV is {mode!r}; use production or development.")
    return mode == "production"


def _flag(environ, name, default):
    text = environ.get(name)
    if not text:
        return default
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise SettingsError(f"{name} is {text!r}; use 1 or 0.")


def _whole(environ, name, default, lowest, highest):
    text = environ.get(name)
    if not text:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) < 20  # Python reads none of thousands of digits
    if not is_number or not lowest <= int(text) <= highest:
        raise SettingsError(f"{name} is {text!r}; use a whole number from {lowest} to {highest}.")
    return int(text)


def _rate(text):
    if not text:
        return 50.0
    try:
        rate = float(parse_decimal(text))
    except ValueError:
        rate = -1.0
    if rate != 0 and not LOWEST_SCIM_RATE <= rate <= 100_000:
        raise SettingsError(
            f"SCIMAPP_SCIM_RATE is {text!r}; use requests per second and token, {LOWEST_SCIM_RATE} or more "
            f"(identity providers ask for that), or 0 for no limit."
        )
    return rate


def _urn_prefix(text):
    if not text:
        return "urn:kissflow"
    name = text[4:].replace("-", "").replace(":", "")
    if not text.lower().startswith("urn:") or not name.isascii() or not name.isalnum():
        raise SettingsError(f"SCIMAPP_URN_PREFIX is {text!r}; write it as urn:name.")
    return text.rstrip(":")


def _product_name(text):
    if text and not text.isprintable():
        raise SettingsError(f"SCIMAPP_PRODUCT_NAME is {text!r}; write it in one line of signs that can be seen.")
    return text or "scimapp"
