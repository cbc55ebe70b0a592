"""``GET /healthz``: whether this process can serve, for containers, proxies and scripts."""

from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError

from .directory import accounts

blueprint = Blueprint("health", __name__)


def init_app(app):
    """Add the route."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz():
    """200 once the database answers and its tables are there, else 503."""
    try:
        accounts.any_exists()
    except SQLAlchemyError:
        return jsonify(status="unavailable"), 503, {"Retry-After": "5"}
    return jsonify(status="ok")
