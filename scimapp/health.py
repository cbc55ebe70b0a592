"""``GET /healthz`` (the process lives) and ``GET /readyz`` (it can serve), for proxies, containers and scripts.

Neither tells a stranger a version, an address or an error. A supervisor that restarts on ``/healthz`` must not do so
because the database is away: that mends nothing. So it asks nothing and opens no file; ``/readyz`` asks the database.
"""

import logging

from flask import Blueprint, jsonify

from .directory.availability import UNAVAILABLE, let_go, reason
from .directory.upkeep import readiness

RETRY_SECONDS = 5
blueprint = Blueprint("health", __name__)
_log = logging.getLogger("scimapp.health")


def init_app(app):
    """Add the routes."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz():
    """200 whenever this process can answer."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz():
    """200 while the database takes reads and writes and its tables fit, else 503; ``mail`` is "late" when owed mails do not
    leave.
    """
    try:
        if not readiness.schema_fits():
            let_go()
            return _not_ready("other tables")
        readiness.check_writable()
        mail = "late" if readiness.is_mail_late() else "ok"
    except UNAVAILABLE as error:
        let_go()
        _log.warning("the database does not answer: %s", reason(error))
        return _not_ready("unavailable")
    return jsonify(status="ok", database="ok", mail=mail)


def _not_ready(database):
    return jsonify(status="unavailable", database=database), 503, {"Retry-After": str(RETRY_SECONDS)}
