"""How many inputs a form may send: a body that is short enough could hold half a million.

Each would be an object here and an input on the page that gives a form back, and anybody may send one.
"""

from io import BytesIO

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST_INPUTS = 5_000  # the longest forms of ours, with every column of a file or every field of a person, have hundreds


class _Parser(FormDataParser):
    """Counts the inputs before it takes the form apart. Werkzeug does so for those with files alone."""

    def parse(self, stream, mimetype, content_length, options=None):
        if mimetype == "application/x-www-form-urlencoded":
            sent = stream.read()
            if sent.count(b"&") >= MOST_INPUTS:
                raise RequestEntityTooLarge
            stream = BytesIO(sent)
        return super().parse(stream, mimetype, content_length, options)


class BoundedRequest(Request):
    """A request whose form has ``MOST_INPUTS`` at most. Reading a longer one raises RequestEntityTooLarge."""

    form_data_parser_class = _Parser
