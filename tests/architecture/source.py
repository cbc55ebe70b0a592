"""The package's source as syntax trees, for the tests that hold the shape of the house."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "scimapp"


@cache
def modules():
    """``(path relative to the repository, dotted name without "scimapp.", tree)`` of every module."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append((path.relative_to(ROOT), name, ast.parse(path.read_text(encoding="utf-8"), str(path))))
    return tuple(found)


@cache
def nodes(tree):
    """Every node of a tree of ``modules``. It is gone through once for all tests, which takes longer than to look at them."""
    return tuple(ast.walk(tree))


def part_of(name):
    """The part a module belongs to: "directory" for "directory.model.user"; "" is the factory."""
    return name.partition(".")[0]


def imports(path, name, tree):
    """``(line, module)`` of every import, relative ones resolved: "scimapp.directory.scope", "flask.globals"."""
    package = ["scimapp", *name.split(".")] if name else ["scimapp"]
    if path.name != "__init__.py":
        package = package[:-1]
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from . import x` names a module; `from .x import y` may name one or something inside.
                yield node.lineno, f"{module}.{alias.name}"


@cache
def calls_by_function(tree):
    """``(function name, call node, function node)`` of every call inside a function, methods included.

    A constant of a module counts as a function of its name: statements are prepared there.
    """
    constants = [constant for constant in tree.body if isinstance(constant, ast.Assign)]
    functions = [node for node in nodes(tree) if isinstance(node, ast.FunctionDef)]
    named = [(ast.unparse(each.targets[0]), each) for each in constants] + [(each.name, each) for each in functions]
    return tuple((name, node, each) for name, each in named for node in ast.walk(each) if isinstance(node, ast.Call))
