"""Whole people and groups as SCIM clients read them; a page costs the same at any size."""
