"""Namespaces that directories send and no schema has, until the directory that sent one sends a good value."""

from datetime import timedelta

from flask_babel import gettext as _
from msgspec import Struct

from ....directory import clock
from ....directory.calls import call_pulse
from ....directory.connection import directory_names
from ....directory.connection.connection_status import ended_last
from ....languages import spoken

COUNTED_FOR = timedelta(hours=24)


class UnknownNamespace(Struct, frozen=True):
    """What a directory sends in place of the account's extension: ``name`` is the directory's, ``urn`` is "" where the log did
    not keep it, ``times`` are its calls within COUNTED_FOR, ``call`` is the newest.
    """

    name: str
    urn: str
    times: int
    call: object


def names_of(tokens):
    """``{token id: name of its directory}``; None stands for tokens that are not listed, with the directory that sends now."""
    ended = ended_last(tokens)
    sender = directory_names.of_sender(tokens) or (ended and directory_names.of_token(ended))
    names = {token.id: spoken(directory_names.of_token(token)) for token in tokens}
    names[None] = spoken(sender) if sender else _("the directory")
    return names


def name_in(names, call):
    """What sent a call."""
    return names.get(call.token_id, names[None])


def unknown_namespaces(scope, calls, names, fields):
    """The UnknownNamespaces in ``calls``, newest first, that are not mended: since each its directory has sent no accepted value
    of a custom field. ``calls`` are warned and failed ones, newest first; ``names`` as ``names_of`` gives them.

    One statement for each that may be mended: only if any of ``fields`` received a value since.
    """
    newest, times, since = {}, {}, clock.now() - COUNTED_FOR
    for call in calls:
        for urn in _sent_in(call):
            sent = (name_in(names, call), urn)
            newest.setdefault(sent, call)
            times[sent] = times.get(sent, 0) + (call.at > since)
    received = last_received(fields)
    return [
        UnknownNamespace(name, urn, times[name, urn], call)
        for (name, urn), call in newest.items()
        if received is None or received < call.at or not _is_mended(scope, names, name, call)
    ]


def last_received(fields):
    """When a directory last sent an accepted value for any of ``fields``; None if none ever did."""
    return max((field.last_received_at for field in fields if field.last_received_at), default=None)


def _sent_in(call):
    warnings = call.warnings or ()
    return {warning["facts"].get("urn", ""): None for warning in warnings if warning["cause"] == "namespace"}


def _is_mended(scope, names, name, call):
    """Whether a directory has sent an accepted value after ``call``, with any of its tokens."""
    tokens = {token_id for token_id, named in names.items() if token_id is not None and named == name}
    return call_pulse.brought_own_values(scope, tokens | {call.token_id}, call.seq)
