"""The SCIM front: requests become values, values go to the directory, rows come back as SCIM answers.

Everything at and below ``/scim`` answers with SCIM bodies, also for unknown URLs, wrong methods and unexpected errors.
"""

from . import bulk, discovery, everything, front, me, resources  # noqa: F401 — importing views puts them on the blueprint
from .access.rate_limit import ScimLimits
from .blueprint import scim_api
from .front import Calls, answer_at_browser
from .requests.paths import TidyPaths, is_ours
from .routes import ResourceId

__all__ = ["answer_at_browser", "init_app", "is_ours"]


def init_app(app):
    """Serve SCIM from ``app``."""
    app.extensions["scimapp.scim_limits"] = ScimLimits(app.config["SETTINGS"].scim_rate)
    app.url_map.converters["resource"] = ResourceId
    app.register_blueprint(scim_api)
    front.init_app(app)
    app.wsgi_app = TidyPaths(Calls(app, app.wsgi_app))
