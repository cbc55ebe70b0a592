"""A walk over every page of the screens, from the URL map."""

import re

from tests.support.doors import Screen

from .routes import routes

# What ends the walk, or is no page.
_NOT_VISITED = frozenset(("web.home",))


def tour(app, screens, ground):
    """Every page that a GET shows, as Screen, with the ids of ``ground``; files are left out."""
    pages = []
    for route in routes(app, "web"):
        if route.method == "GET" and route.endpoint not in _NOT_VISITED:
            thing = ground.one(route.kind) if route.kind else None
            screen = screens(route.address(thing))
            if screen.response.mimetype == "text/html":
                pages.append(screen)
    return pages


def proof(screens):
    """The value that shows that a form is ours, for this session."""
    return re.search(r'name="csrf_token" value="([^"]+)"', screens("/me").html)[1]


__all__ = ["Screen", "proof", "tour"]
