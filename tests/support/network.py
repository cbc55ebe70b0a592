"""Fails a test that opens a connection to anything but this machine, also when the code swallowed the refusal.

It stands in the ways out that Python's ``socket`` has. An audit hook would see more, and would be called for every ``id()`` as
well, of which SQLAlchemy needs thousands a test.
"""

import _socket
import functools
import ipaddress
import socket

_attempts = []
_LOCAL_NAMES = frozenset(("localhost", "", None))


class NetworkRefused(ConnectionRefusedError):
    """A test tried to leave the machine."""


def watch():
    """Begin to watch this process; cannot be undone."""
    for name, number in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):  # which argument is the address
        setattr(socket.socket, name, _with_address(getattr(_socket.socket, name), number))
    _socket.getaddrinfo = _with_name(_socket.getaddrinfo)  # what ``socket.getaddrinfo`` asks


def attempts():
    """What was tried since the last call."""
    tried = list(_attempts)
    _attempts.clear()
    return tried


def _with_address(call, number):
    @functools.wraps(call)
    def guarded(own, *arguments):
        address = arguments[number] if arguments else None
        _refuse_elsewhere(call.__name__, address[0] if isinstance(address, tuple) else None)
        return call(own, *arguments)

    return guarded


def _with_name(call):
    @functools.wraps(call)
    def guarded(host, *arguments, **named):
        _refuse_elsewhere(call.__name__, host)
        return call(host, *arguments, **named)

    return guarded


def _refuse_elsewhere(name, host):
    if not _is_local(host):
        _attempts.append(f"socket.{name} {host}")
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
