"""What people call a directory: by its product, where the preset of its tokens says that, else by the label of a token."""

from datetime import timedelta

from .providers import PROVIDERS, UNNAMED, product, worded
from .scim_tokens import is_live, list_tokens

_SENDS_WITHIN = timedelta(days=7)


def of_token(token):
    """The name of a token's directory."""
    return worded(token.label) if token.provider in UNNAMED else PROVIDERS[token.provider]


def of_sender(tokens):
    """The name of the directory that sent last, the first of ``of_senders``; None where none of ``tokens`` works."""
    return next(iter(of_senders(tokens)), None)


def of_senders(tokens):
    """The names of all directories that send, the one that called last first: of the working tokens that were used in the week
    before the last call, of the newest one where none was used yet; [] where none of ``tokens``, newest first, works.

    A token that was just made for another directory has sent nothing.
    """
    working = [token for token in tokens if is_live(token)]
    used = [token for token in working if token.last_used_at is not None]
    used.sort(key=lambda token: token.last_used_at, reverse=True)
    sending = [token for token in used if used[0].last_used_at - token.last_used_at < _SENDS_WITHIN]
    return list(dict.fromkeys(of_token(token) for token in sending or working[:1]))


def of_connection(scope, connection_id):
    """The name of the directory of a connection, from its newest token. One statement if the product is unknown."""
    if connection_id not in UNNAMED:
        return product(connection_id)
    labels = [token.label for token in list_tokens(scope) if token.connection_id == connection_id]
    return worded(labels[0]) if labels else product(connection_id)
