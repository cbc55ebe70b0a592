"""The screens: server-rendered pages that work with plain links and forms; scripts are only shortcuts."""

from . import compiled_templates, direction, errors, security_headers, template_helpers, template_writer
from . import views as _views  # noqa: F401 — importing them puts them on the blueprint
from .blueprint import web
from .sent_forms import BoundedRequest


def init_app(app):
    """Add the screens, their error pages, helpers and headers."""
    app.request_class = BoundedRequest
    # Do not redirect addresses with //: werkzeug would follow the Host header.
    app.url_map.merge_slashes = False
    app.register_blueprint(web)
    errors.init_app(app)
    template_helpers.init_app(app)
    direction.init_app(app)
    template_writer.init_app(app)
    compiled_templates.init_app(app)
    security_headers.init_app(app)
