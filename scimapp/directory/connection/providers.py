"""The identity providers that a token can be made for: ``{name: label}``. Their tolerances are in ``scim``."""

from ..words import say

PROVIDERS = {
    "okta": "Okta",
    "entra": "Microsoft Entra ID",
    "onelogin": "OneLogin",
    "jumpcloud": "JumpCloud",
    "generic": say("Another directory"),
    "strict": say("Another directory, strictly by the standard"),
}
UNNAMED = frozenset(("generic", "strict"))  # presets that do not say which product the directory is
_WORDS = {str(words): words for words in PROVIDERS.values()}


def product(connection_id):
    """The product behind a connection, or that it is another directory; None for no connection."""
    return PROVIDERS.get(connection_id, connection_id)


def worded(label):
    """A token's label for display. A token without a label of its own has its preset's, which is stored in English."""
    return _WORDS.get(label, label)
