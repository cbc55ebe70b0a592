"""The binding between protocol and directory: what each SCIM attribute is in the tables, in both directions."""
