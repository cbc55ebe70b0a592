"""The SCIM connection: its health, tokens, warnings and questions, and how it is set up."""
