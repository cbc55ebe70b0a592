"""The blueprint below each account's base URL. ``front`` takes a call to one of its views and back."""

from flask import Blueprint

scim_api = Blueprint("scim_api", __name__, url_prefix="/scim/<account_id>/v2")
