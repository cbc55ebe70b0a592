"""Checks the addresses among the settings, so that a wrong one is reported at the start and not at its first use.

An error message shows no part of an address that may hold a password.
"""

import ipaddress
import re
from urllib.parse import parse_qsl, urlsplit

_ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+"
# Values of options that the driver compares only when it connects. Of others it knows whether they are there.
_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
_OF_MAIL = re.compile(rf"{_ATOMS}(\.{_ATOMS})*@[\w-]+(\.[\w-]+)*", re.ASCII)  # without the name of a sender


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the text names it and says what would be accepted."""


def database_url(text, data_dir, production):
    """The address of the database as SQLAlchemy takes it. Raises SettingsError."""
    if not text:
        return f"sqlite:///{data_dir / 'scimapp.db'}"
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(scheme):
            parts = _split("SCIMAPP_DATABASE_URL", text, "postgresql://user:password@host:5432/name")
            _check_options(parse_qsl(parts.query, keep_blank_values=True))
            if production and not _is_near(text) and "sslmode=" not in urlsplit(text).query:
                raise SettingsError(
                    "SCIMAPP_DATABASE_URL names another host and says nothing of encryption; add ?sslmode=verify-full "
                    "(with &sslrootcert=… for an authority of your own), or sslmode=disable on a network that is yours."
                )
            return "postgresql+psycopg://" + text[len(scheme) :]
    # A relative file name would mean different files to the server, to its check at start and to backups.
    if text.startswith("sqlite:////") and "?" not in text and not text.endswith("/"):
        return text
    raise SettingsError(
        "SCIMAPP_DATABASE_URL must look like sqlite:////path/to/file.db (a path from the root) or "
        "postgresql://user:password@host:5432/name."
    )


def _split(name, text, example):
    """The parts of an address; its host may be empty. Raises SettingsError, without what may be a password in it."""
    try:
        parts = urlsplit(text)
        if parts.port != 0:
            return parts
    except ValueError:  # a port above 65535 or with letters, or an unclosed [
        pass
    raise SettingsError(
        f"{name} is no address with a port from 1 to 65535; write it as {example}, signs in a password as %2F, %23 …"
    )


def _check_options(options):
    """Raise SettingsError for an option of Postgres with a value that there is not."""
    for name, value in options:
        choices = _CHOICES.get(name)
        if choices and value not in choices:
            raise SettingsError(f"SCIMAPP_DATABASE_URL has an unknown {name}; use one of {', '.join(choices)}.")
        if name == "port" and not all(map(_is_port, value.split(","))):
            raise SettingsError("SCIMAPP_DATABASE_URL has an unknown port; use a whole number from 1 to 65535.")


def _is_port(text):
    return not text or (text.isascii() and text.isdigit() and 0 < int(text) < 65536)


def _is_near(url):
    """Whether every database server named is on this machine: a socket, or the loopback interface."""
    parts = urlsplit(url)
    named = [host for name, value in parse_qsl(parts.query) if name == "host" for host in value.split(",")]
    return all(
        not host or host.startswith("/") or host == "localhost" or is_loopback(host)
        for host in named or [parts.hostname or ""]
    )


def is_loopback(host):
    """Whether ``host`` is an address of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def external_url(text, port, production):
    """The address that people and directories use, without a path or a / at its end. Raises SettingsError."""
    if not text:
        if production:
            raise SettingsError("SCIMAPP_EXTERNAL_URL is missing; set the https address people and Okta use.")
        return f"http://127.0.0.1:{port}"
    parts = _split("SCIMAPP_EXTERNAL_URL", text, "https://people.example.com")
    is_address = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    # It stands in headers, where a host has its xn--… name, and in JSON.
    if not is_address or not text.isascii() or not text.isprintable() or any(mark in text for mark in '"\\ <>?#@'):
        raise SettingsError(
            f"SCIMAPP_EXTERNAL_URL is {text!r}; write it as https://people.example.com, without a path: pages lead to /…"
        )
    if production and parts.scheme != "https":
        raise SettingsError(
            f"SCIMAPP_EXTERNAL_URL is {text!r}; production takes https only: passwords and tokens travel."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"  # lower case, so that later comparisons recognise https


def mail_url(text):
    """The address of the mail server, or ``console:``. Raises SettingsError."""
    if not text:
        return "console:"
    parts = _split("SCIMAPP_MAIL_URL", text, "smtp://user:password@host:587")
    if parts.scheme == "console":
        return "console:"
    is_bare = parts.path in ("", "/") and parts.query in ("", "tls=optional") and not parts.fragment
    if parts.scheme in ("smtp", "smtps") and parts.hostname and is_bare:
        return text
    raise SettingsError(
        "SCIMAPP_MAIL_URL must be smtp://user:password@host:port, smtps://… or console:, with nothing behind it but "
        "?tls=optional; signs in a password as %2F, %23 …"
    )


def mail_from(text, external_url):
    """The sender of mails. Raises SettingsError."""
    if text:
        if not _OF_MAIL.fullmatch(text):
            raise SettingsError(f"SCIMAPP_MAIL_FROM is {text!r}; write one address such as no-reply@example.com.")
        return text
    return f"no-reply@{urlsplit(external_url or '').hostname or 'localhost'}"
