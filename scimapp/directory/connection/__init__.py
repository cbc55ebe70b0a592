"""The SCIM connection of an account: its tokens, its state, and the guard against too many deactivations."""
