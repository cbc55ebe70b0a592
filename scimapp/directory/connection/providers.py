"""The identity providers that a token can be made for: ``{name: label}``. What each is allowed stands in ``scim``."""

from ..words import say

PROVIDERS = {
    "okta": "Okta",
    "entra": "Microsoft Entra ID",
    "onelogin": "OneLogin",
    "jumpcloud": "JumpCloud",
    "generic": say("Another directory"),
    "strict": say("Another directory, strictly by the standard"),
}
_WORDS = {str(words): words for words in PROVIDERS.values()}


def worded(label):
    """A token's label, to be spoken: that of a token that was given none is its preset's, and is stored in English."""
    return _WORDS.get(label, label)
