"""Filters (RFC 7644 §3.4.2.2): from text to a tree, and what a tree means for a representation."""

from .parser import parse_filter

__all__ = ["parse_filter"]
