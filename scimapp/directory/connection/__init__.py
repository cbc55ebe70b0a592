"""The SCIM connection of an account: its tokens, how it stands, and the guard that stops and asks."""
