"""A limit for the inputs of a form: even a body within the size limit could hold half a million.

Anybody may send a form, and each input becomes an object here and an input on the page that gives the form back.
"""

from io import BytesIO

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST_INPUTS = 5_000  # our longest forms, with every column of a file or every field of a person, have hundreds


class _Parser(FormDataParser):
    """Counts the inputs before parsing the form. Werkzeug does so only for forms with files."""

    def parse(self, stream, mimetype, content_length, options=None):
        if mimetype == "application/x-www-form-urlencoded":
            sent = stream.read()
            if sent.count(b"&") >= MOST_INPUTS:
                raise RequestEntityTooLarge
            stream = BytesIO(sent)
        return super().parse(stream, mimetype, content_length, options)


class BoundedRequest(Request):
    """A request whose form has at most ``MOST_INPUTS``. Reading a longer one raises RequestEntityTooLarge."""

    form_data_parser_class = _Parser
