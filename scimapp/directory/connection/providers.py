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
