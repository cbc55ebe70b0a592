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


def part_of(name):
    """The part a module belongs to: "directory" for "directory.model.user"; "" is the factory."""
    return name.partition(".")[0]


def imports(path, name, tree):
    """``(line, module)`` of every import, relative ones resolved: "scimapp.directory.scope", "flask.globals"."""
    package = ["scimapp", *name.split(".")] if name else ["scimapp"]
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from . import x` names a module; `from .x import y` may name one or something inside.
                yield node.lineno, f"{module}.{alias.name}"


def calls_by_function(tree):
    """``(function name, call node, function node)`` of every call inside a function, methods included.

    A constant of a module counts as a function of its name: statements are prepared there.
    """
    for constant in tree.body:
        if isinstance(constant, ast.Assign):
            for node in ast.walk(constant):
                if isinstance(node, ast.Call):
                    yield ast.unparse(constant.targets[0]), node, constant
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    yield function.name, node, function
