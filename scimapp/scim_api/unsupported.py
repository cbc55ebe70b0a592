"""What the standard names and this server does not offer: said with 501, so that a client does not take it for a typo."""

from ..scim.errors import NotImplementedByServer
from .blueprint import scim_api


@scim_api.route("/Me", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def me():
    """A SCIM token belongs to an account, not to a person (RFC 7644 §3.11 advises 501)."""
    raise NotImplementedByServer("A token of an account is nobody in particular; /Me is not offered.")
