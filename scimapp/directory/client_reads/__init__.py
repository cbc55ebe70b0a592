"""Whole people and groups as clients of the directory read them; a page costs the same at any size."""
