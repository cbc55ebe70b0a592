"""Whether a server can listen where it is told to. Asked before gunicorn listens, which would tell it in a dozen lines that do
not say what to do.

Run as a program, without the package and its imports, it asks before a server is prepared: nothing is migrated or printed for
one that cannot start.
"""

import errno
import os
import socket
import sys
import time

PATIENCE = 5.0  # seconds, as long as gunicorn tries: a server that is ending leaves its place meanwhile
_PAUSE = 0.1  # seconds between two tries


def why_not(addresses, *, shared=False, patience=PATIENCE):
    """A sentence about the first of ``addresses`` that cannot be listened at, None if all can. Looks at pairs of host and
    port; paths of sockets are left to gunicorn. ``shared``: other servers may listen there as well, if they are told so, too.
    """
    until = time.monotonic() + patience
    for address in addresses:
        while isinstance(address, tuple) and (problem := _refusal(address, shared)) is not None:
            if problem.errno != errno.EADDRINUSE or time.monotonic() >= until:
                return f"it cannot listen at {address[0]}:{address[1]}: {problem.strerror}. PORT chooses another port."
            time.sleep(_PAUSE)
    return None


def _refusal(address, shared):
    """The OSError with which the system refuses an address to a server, None if it does not."""
    with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as tried:
        # As gunicorn: connections that linger are no hindrance.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared and hasattr(socket, "SO_REUSEPORT"):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            tried.bind(address)
        except OSError as problem:
            return problem
    return None


def _main():
    """Ask about PORT. Any other place, and a PORT that is none, are left to the server, which asks as well."""
    port, elsewhere = os.environ.get("PORT") or "8000", ("LISTEN_FDS", "GUNICORN_CMD_ARGS")
    if any(name in os.environ for name in elsewhere) or not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        return
    if trouble := why_not([("127.0.0.1", int(port))]):
        sys.exit(f"scimapp cannot start: {trouble}")


if __name__ == "__main__":
    _main()
