"""Filters (RFC 7644 §3.4.2.2): text to tree, tree to text, and a tree over a representation."""

from .parser import parse_filter
from .printer import print_filter

__all__ = ["parse_filter", "print_filter"]
