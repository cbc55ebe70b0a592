"""What people call a directory: by its product, where the preset of its tokens says that, else by the label of a token."""

from .providers import PROVIDERS, UNNAMED, product, worded
from .scim_tokens import list_tokens


def of_token(token):
    """The name of a token's directory."""
    return worded(token.label) if token.provider in UNNAMED else PROVIDERS[token.provider]


def of_connection(scope, connection_id):
    """The name of the directory of a connection, from its newest token. One statement if the product is unknown."""
    if connection_id not in UNNAMED:
        return product(connection_id)
    labels = [token.label for token in list_tokens(scope) if token.connection_id == connection_id]
    return worded(labels[0]) if labels else product(connection_id)
