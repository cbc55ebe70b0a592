"""PATCH (RFC 7644 §3.5.2): parse the operations, translate each client's dialect, apply them to a representation."""

from .apply import apply_patch
from .operation import Operation, parse_patch

__all__ = ["Operation", "apply_patch", "parse_patch"]
