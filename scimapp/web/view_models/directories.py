"""The names that people know their directories by: Okta, Microsoft Entra ID, else what the token was called."""

from ...directory import scim_tokens

_UNNAMED = frozenset(("generic", "strict"))  # presets that say nothing about which directory it is


class DirectoryNames:
    """Turns a connection into the words of the screens. One statement, only when an unnamed preset asks for it."""

    def __init__(self, scope):
        self._scope = scope
        self._labels = None

    def __call__(self, connection_id):
        """The directory's name; None for "no directory"."""
        if connection_id is None or connection_id not in _UNNAMED:
            return scim_tokens.PROVIDERS.get(connection_id, connection_id)
        if self._labels is None:
            tokens = scim_tokens.list_tokens(self._scope)
            self._labels = {token.connection_id: token.label for token in reversed(tokens)}
        return self._labels.get(connection_id, scim_tokens.PROVIDERS[connection_id])
