"""The body and the path of a call, cut around the value at fault, so that a template can mark it."""

import re

import orjson
from msgspec import Struct


class Marked(Struct, frozen=True):
    """A piece of text, and whether it is the value at fault."""

    text: str
    is_at_fault: bool = False


def marked_body(text, call):
    """A body in pieces. The value is marked after the attribute that the error names, else where it first occurs."""
    facts = call.facts
    value = facts.get("value") or facts.get("quoted")
    if call.result == "failed" and value:
        attribute = re.split(r"[:.]", facts.get("attribute", ""))[-1]
        for written in (orjson.dumps(value).decode(), value):
            place = _behind(attribute, written, text)
            if place is not None:
                return _cut(text, place, place + len(written))
    if call.cause == "namespace" and call.warnings:
        urn = orjson.dumps(call.warnings[0]["facts"].get("urn", "")).decode()
        place = text.rfind(urn)  # the extension object; the URN occurs first in the list of schemas
        if place >= 0:
            return _cut(text, place, place + len(urn))
    return [Marked(text)]


def marked_path(call):
    """The path in pieces: a filter is marked from its error to the next space."""
    start = call.facts.get("at")
    if call.result != "failed" or start is None or not 0 <= start <= len(call.path):
        return [Marked(call.path)]
    end = call.path.find(" ", start + 1)
    return _cut(call.path, start, end if end > start else len(call.path))


def _behind(attribute, written, text):
    if attribute:
        found = re.search(rf'"(?:[^"]*[:.])?{re.escape(attribute)}": ({re.escape(written)})', text, re.IGNORECASE)
        if found:
            return found.start(1)
    place = text.find(written)
    return place if place >= 0 and (written[0] == '"' or attribute) else None


def _cut(text, start, end):
    pieces = (Marked(text[:start]), Marked(text[start:end], True), Marked(text[end:]))
    return [piece for piece in pieces if piece.text]
