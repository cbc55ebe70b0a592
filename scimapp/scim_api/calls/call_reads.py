"""A short way to describe the most frequent calls: plain reads of people and groups.

A call with anything unusual, above all a secret or a character to mask, is left to ``call_description``, which
describes every call. A test keeps both results equal.
"""

import re
from functools import partial

from ...directory.calls.pending_calls import Description
from .call_columns import LONGEST_ID, name_in, path_of, resource_at, usual_columns
from .call_facts import facts_of_bodies, looked_for
from .call_looks import are_plain, is_plain, plain_query
from .call_operations import IS_FILTERED

_ID = re.compile(rb'\{"schemas":\["[^\]]*"\],"id":"([^"\\]+)"')  # how our resources begin


def describe_read(seen):
    """The Description of a GET answered with people or groups; None for any other call."""
    if not _is_answered_read(seen):
        return None
    resource = resource_at(seen)
    raw_query, query = seen.raw_query, plain_query(seen.query) if seen.raw_query else ""
    if resource is None or query is None:
        return None
    (path, kind, scim_id), only = resource, seen.excerpt.only
    if not is_plain(f"{path}?{query}") or not are_plain(seen.answer, seen.schema):
        return None
    if scim_id is not None:
        if only != seen.answer:  # a list instead of one resource
            return None
        operation, facts = "read", {}
    else:
        operation = "find" if IS_FILTERED.search(raw_query) else "list"
        facts = facts_of_bodies(seen, kind, operation, {}, {}) | looked_for(query, {}, operation)
        found = only and _ID.match(only)
        if only and (found is None or operation == "list"):  # rare: a list with a single resource
            return None
        scim_id = found[1].decode() if found else None
    columns = usual_columns(seen, operation, kind, path_of(path, query), facts)
    if columns is None:
        return None
    sought = facts.get("sought")
    if scim_id is None:
        columns["target_label"] = sought
    name = only and partial(name_in, None, only, sought)
    return Description(columns, scim_id and scim_id[:LONGEST_ID], None, seen.answer.decode(), name)


def _is_answered_read(seen):
    """Whether a call was a GET answered with resources, with no warnings or facts to report."""
    if seen.method != "GET" or seen.status != 200 or seen.excerpt is None or seen.excerpt.has_long_lists:
        return False
    return not (seen.body or seen.warnings or seen.facts)
