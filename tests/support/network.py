"""Fails a test that opens a connection to anything but this machine, also when the code swallowed the refusal."""

import ipaddress
import sys

_attempts = []
_LOCAL_NAMES = frozenset(("localhost", "", None))
_WATCHED = frozenset(("socket.connect", "socket.sendto", "socket.getaddrinfo"))


class NetworkRefused(ConnectionRefusedError):
    """A test tried to leave the machine."""


def watch():
    """Begin to watch this process; cannot be undone."""
    sys.addaudithook(_hook)


def attempts():
    """What was tried since the last call."""
    tried = list(_attempts)
    _attempts.clear()
    return tried


def _hook(event, arguments):
    if event not in _WATCHED:  # every id() is an event, so this is asked a thousand times a test
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    if not _is_local(host):
        _attempts.append(f"{event} {host}")
        raise NetworkRefused(f"tests stay on this machine, and this goes to {host}")


def _is_local(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
