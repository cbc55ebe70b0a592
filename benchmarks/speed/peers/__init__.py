"""Other SCIM servers that the package index offers, asked the same in the same run, each answer looked at the same way."""

from .command import add_peers
from .peer import PEERS

__all__ = ["PEERS", "add_peers"]
