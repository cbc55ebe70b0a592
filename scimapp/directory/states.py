"""Active, invited, inactive: the state that screens count and filter by, kept in line with the facts."""


def state_of(active, verified_at):
    """``active`` is the directory's word, ``verified_at`` the person's own (an invitation was accepted)."""
    if not active:
        return "inactive"
    return "active" if verified_at else "invited"


def restate(work, row):
    """Bring ``row.state`` and the kept counts in line."""
    state = state_of(row.active, row.verified_at)
    if state != row.state:
        work.count(row.state, -1)
        work.count(state, +1)
        row.state = state
