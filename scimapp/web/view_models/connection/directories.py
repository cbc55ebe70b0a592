"""The names by which people know their directories: Okta, Microsoft Entra ID, else the token's label."""

from ....directory.connection import scim_tokens
from ....directory.connection.providers import UNNAMED, product
from ....directory.roles import Permission
from ...template_helpers import token_words


class DirectoryNames:
    """Turns a connection into words. One statement, only for a preset without a directory's name.

    Viewers who may not see tokens get the name of the preset.
    """

    def __init__(self, scope):
        self._scope = scope
        self._known = None

    def __call__(self, connection_id):
        """The directory's name; None for "no directory"."""
        if connection_id not in UNNAMED:
            return product(connection_id)
        labels = {token.connection_id: token.label for token in reversed(self._tokens())}
        return token_words(labels.get(connection_id, product(connection_id)))

    def of_label(self, label):
        """The words for who a record names: the directory if ``label`` is a token's, else ``label`` itself."""
        connections = {token.label: token.connection_id for token in self._tokens()}
        return self(connections[label]) if connections.get(label) else label

    def _tokens(self):
        if self._known is None:
            may_see = self._scope.allows(Permission.CONFIGURE_SCIM)
            self._known = scim_tokens.list_tokens(self._scope) if may_see else []
        return self._known
