"""Checks the addresses among the settings, so that a wrong one is reported at the start and not at its first use.

An error message shows no part of an address that may hold a password.
"""

import ipaddress
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+"
# Values of options that the driver compares only when it connects. Of others it knows whether they are there.
_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "sslcertmode": ("disable", "allow", "require"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    "load_balance_hosts": ("disable", "random"),
}
_LABEL = re.compile(r"[\w-]{1,63}", re.ASCII)
_OF_MAIL = re.compile(rf"{_ATOMS}(\.{_ATOMS})*@[\w-]+(\.[\w-]+)*", re.ASCII)  # without the name of a sender


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the text names it and says what would be accepted."""


def data_dir(text):
    """The folder for the server's data. Raises SettingsError."""
    folder = Path(text or "var").absolute()
    if "?" in str(folder):  # in the address of the database it would end the name of the file
        raise SettingsError(f"SCIMAPP_DATA_DIR is {str(folder)!r}; use a folder without a ? in its path.")
    return folder


def database_url(text, data_dir, production):
    """The address of the database as SQLAlchemy takes it. Raises SettingsError."""
    if not text:
        return f"sqlite:///{data_dir / 'scimapp.db'}"
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(scheme):
            url = "postgresql+psycopg://" + text[len(scheme) :]
            options, hosts = _postgres(text, url)
            if production and "sslmode" not in options and not _are_near(hosts):
                raise SettingsError(
                    "SCIMAPP_DATABASE_URL names another host and says nothing of encryption; add ?sslmode=verify-full "
                    "(with &sslrootcert=… for an authority of your own), or sslmode=disable on a network that is yours."
                )
            return url
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
    raise _no_address(name, example)


def _no_address(name, example):
    return SettingsError(
        f"{name} is no address with a port from 1 to 65535; write it as {example}, signs in a password as %2F, %23 …"
    )


def _postgres(text, url):
    """What the address ``text`` says, which SQLAlchemy takes as ``url``: its options as a mapping of tuples, and its hosts.

    A host is "" for a socket in its usual place. Raises SettingsError.
    """
    example = "postgresql://user:password@host:5432/name"
    _split("SCIMAPP_DATABASE_URL", text, example)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a : without a port
        raise _no_address("SCIMAPP_DATABASE_URL", example) from error
    options = parsed.normalized_query
    for name, choices in _CHOICES.items():
        if not set(options.get(name, ())) <= set(choices):
            raise SettingsError(f"SCIMAPP_DATABASE_URL has an unknown {name}; use one of {', '.join(choices)}.")
    hosts = _hosts(parsed)
    # Where there is a hostaddr, the driver connects to it, and the host is only the name in the certificate.
    return options, ",".join(options.get("hostaddr", hosts)).split(",")


def _hosts(parsed):
    """The hosts that the driver is given for an address. Raises SettingsError."""
    try:
        _, arguments = parsed.get_dialect()().create_connect_args(parsed)
        if all(map(_is_port, str(arguments.get("port", "")).split(","))):
            return arguments.get("host", "").split(",")
    except (ArgumentError, ValueError):  # not as many ports as hosts, or ports that are no numbers
        pass
    raise SettingsError(
        "SCIMAPP_DATABASE_URL names hosts and ports that do not go together; write several servers as "
        "?host=one,two&port=5432,5433, with a port from 1 to 65535 for each or for none."
    )


def _is_port(text):
    return not text or (text.isdigit() and 0 < int(text) < 65536)


def _are_near(hosts):
    """Whether all ``hosts`` are this machine: a socket, or the loopback interface."""
    return all(not host or host.startswith("/") or host == "localhost" or is_loopback(host) for host in hosts)


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
    is_address = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.path in ("", "/")
    if known := _known_to_name_servers(parts.hostname or ""):
        raise SettingsError(f"SCIMAPP_EXTERNAL_URL is {text!r}; write its host as name servers know it: {known}")
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


def _known_to_name_servers(name):
    """The xn--… name of a host that has other signs than ASCII; "" for any other one and where no such host can be."""
    if name.isascii():
        return ""
    import idna  # its tables are large, and nearly no start needs them

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _is_host(name):
    """Whether a host may have this name or address."""
    return ":" in name or (
        len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split("."))
    )


def mail_url(text):
    """The address of the mail server, or ``console:``. Raises SettingsError."""
    if not text:
        return "console:"
    parts = _split("SCIMAPP_MAIL_URL", text, "smtp://user:password@host:587")
    if parts.scheme == "console":
        return "console:"
    if not unquote(parts.netloc.rpartition("@")[0]).isascii():
        raise SettingsError("SCIMAPP_MAIL_URL has a user or password with other signs than ASCII; SMTP takes none.")
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
