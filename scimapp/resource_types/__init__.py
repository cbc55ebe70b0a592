"""Binds the protocol to the directory: maps each SCIM attribute to the tables, in both directions."""
