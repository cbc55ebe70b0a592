"""The blueprint that every screen belongs to."""

from flask import Blueprint

web = Blueprint("web", __name__)
