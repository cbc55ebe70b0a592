"""From the tree of a filter back to its text, to be parsed again: ``parse_filter(print_filter(tree)) == tree``."""

import json

from scimapp.scim.filter.ast import And, Comparison, Not, Or, Present, ValuePath


def print_filter(tree, within=False):
    """The text of a tree. Inside ``[…]`` (``within``) paths are written without their attribute."""
    match tree:
        case Or(terms):
            return " or ".join(_part(term, within, (Or,)) for term in terms)
        case And(terms):
            return " and ".join(_part(term, within, (Or, And)) for term in terms)
        case Not(term):
            return f"not ({print_filter(term, within)})"
        case Present(path):
            return f"{_name(path, within)} pr"
        case Comparison(path, operator, value):
            return f"{_name(path, within)} {operator} {json.dumps(value)}"
        case ValuePath(path, inner):
            return f"{path}[{print_filter(inner, True)}]"
    raise TypeError(f"not a filter: {tree!r}")


def _part(term, within, grouped):
    text = print_filter(term, within)
    return f"({text})" if isinstance(term, grouped) else text


def _name(path, within):
    if not within:
        return str(path)
    return path.sub.name if path.sub else "value"
