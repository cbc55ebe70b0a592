"""Filters (RFC 7644 §3.4.2.2): parsing a text into a tree, and evaluating a tree for a representation."""

from .parser import parse_filter

__all__ = ["parse_filter"]
