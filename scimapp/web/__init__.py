"""The screens: server-rendered pages that work with plain links and forms; scripts are only shortcuts."""

from . import (  # noqa: F401 — importing views puts them on the blueprint
    account_owner,
    account_settings,
    audit,
    batches,
    compiled_templates,
    configure_scim,
    confirm,
    direction,
    email_changes,
    errors,
    field_mapping,
    field_order,
    fields,
    group_links,
    group_members,
    groups,
    guides,
    home,
    invitations,
    me,
    outbox,
    own_email,
    own_password,
    own_second_step,
    own_sessions,
    password,
    provisioning,
    provisioning_log,
    role_holders,
    role_rules,
    second_step,
    security_headers,
    setup,
    sign_in,
    template_helpers,
    template_writer,
    tokens,
    user_actions,
    user_erase,
    user_export,
    user_filters,
    user_import,
    user_new,
    users,
)
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
