"""People as SCIM resources."""
