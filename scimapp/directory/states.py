"""The state that screens count and filter by, derived from the facts: active, invited or inactive."""


def state_of(active, verified_at):
    """``active`` is what the directory says; ``verified_at`` is set when the person accepts an invitation."""
    if not active:
        return "inactive"
    return "active" if verified_at else "invited"


def restate(work, row):
    """Update ``row.state`` and the kept counts from the facts."""
    state = state_of(row.active, row.verified_at)
    if state != row.state:
        work.count(row.state, -1)
        work.count(state, +1)
        row.state = state
