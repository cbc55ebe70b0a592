"""Parses the paths of operations. ``members[value eq "42"]`` has another id each time, so only its form is parsed, once."""

from functools import lru_cache

from ..errors import ScimError
from ..filter.ast import Comparison
from ..filter.form import form_of
from ..path import KEPT_PATHS, AttributePath, parse_path


def read_path(text, resource_type):
    """The AttributePath of any PATCH path, as ``parse_path``, but parsing each form once. Raises the same errors."""
    form, values = form_of(text) if isinstance(text, str) and text.endswith('"]') else (None, ())
    path = _of_form(form, resource_type) if len(values) == 1 else None
    if path is None:
        return parse_path(text, resource_type)
    tree = path.filter
    return AttributePath(
        path.container, path.attribute, None, Comparison(tree.path, tree.operator, values[0], tree.number)
    )


@lru_cache(KEPT_PATHS)
def _of_form(form, resource_type):
    """The path of a form such as ``members[value eq ""]``, valid for any quoted text; None if the text affects the path."""
    try:
        path = parse_path(form, resource_type)
    except ScimError:
        return None  # parsing the text itself reports what is wrong, and where
    return path if isinstance(path.filter, Comparison) and path.filter.value == "" else None
