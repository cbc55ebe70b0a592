"""How many connections a process may hold: each is an open file, and so are databases, templates and the way to a mail server.

Where connections take all there are, answers fail that would have opened something.
"""

import resource

OTHERS = 200  # three for each connection of SQLite, and what else a process opens


def room_for(connections):
    """So many ``connections``, or as many as fit. Raises this process's limit for them as far as the system lets it."""
    needed, (limit, most) = connections + OTHERS, resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return connections
    if limit < needed:
        limit = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    return max(1, min(connections, limit - OTHERS))
