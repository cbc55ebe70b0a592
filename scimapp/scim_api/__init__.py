"""The SCIM front: requests become values, values go to the directory, rows come back as SCIM answers.

Everything at and below ``/scim`` answers with SCIM bodies, also for unknown URLs, wrong methods and faults of ours.
"""

from . import bulk, discovery, everything, front, me, resources
from .blueprint import scim_api
from .front import answer_call, is_call, route_of
from .paths import TidyPaths
from .rate_limit import ScimLimits
from .sessions import BrowserSessions

__all__ = ["answer_call", "init_app", "is_call", "route_of"]
VIEWS = (bulk, discovery, everything, me, resources)  # importing them puts their views on the blueprint


def init_app(app):
    """Serve SCIM from ``app``."""
    app.extensions["scimapp.scim_limits"] = ScimLimits(app.config["SETTINGS"].scim_rate)
    app.session_interface = BrowserSessions()
    app.register_blueprint(scim_api)
    front.init_app(app)
    app.wsgi_app = TidyPaths(app.wsgi_app)
