"""How many connections a process may hold: each is an open file, as are databases, templates and connections to a mail server.

If connections used up all files, answers that need to open one would fail.
"""

import resource

OTHERS = 200  # four for each connection of SQLite, and other files of a process


def room_for(connections):
    """Return ``connections``, or as many as fit. Raises the limit of this process as far as the system allows."""
    needed, (limit, most) = connections + OTHERS, resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return connections
    if limit < needed:
        limit = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    return max(1, min(connections, limit - OTHERS))
