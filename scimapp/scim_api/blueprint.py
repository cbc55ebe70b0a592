"""The blueprint below each account's base URL. How a call gets to a view of it and back stands in ``front``."""

from flask import Blueprint

scim_api = Blueprint("scim_api", __name__, url_prefix="/scim/<account_id>/v2")
