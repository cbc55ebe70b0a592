"""Files: tables, streamed so that any length works and safe to open in a spreadsheet, and the data of a person."""

import csv
import io

import orjson
from flask import Response, stream_with_context

from ..directory import clock
from ..directory.imports.csv_table import guarded

_ROWS_A_PIECE = 200
_BYTE_ORDER_MARK = "\ufeff"  # Excel needs it to recognise UTF-8


def safe_cell(value):
    """A cell as text that no spreadsheet evaluates."""
    return guarded("" if value is None else str(value))


def dated(name, ending):
    """The name of a file with today's date (UTC) in it: files of several days lie side by side and tell their age."""
    return f"{name}-{clock.now():%Y-%m-%d}.{ending}"


def csv_file(name, headings, rows):
    """An answer that downloads ``rows`` (lists of values) as a CSV file under ``headings``."""
    return _file(name, "text/csv; charset=utf-8", _csv_pieces(headings, rows))


def json_file(name, objects):
    """An answer that downloads ``objects`` as one JSON array."""
    return _file(name, "application/json", _json_pieces(objects))


def json_lines_file(name, objects):
    """An answer that downloads ``objects`` as JSON, one a line."""
    return _file(name, "application/x-ndjson", (orjson.dumps(item) + b"\n" for item in objects))


def person_file(document):
    """An answer that downloads all that is kept about a person."""
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return Response(text, content_type="application/json", headers=_named(f"person-{document['id']}.json"))


def _file(name, content_type, pieces):
    return Response(stream_with_context(pieces), content_type=content_type, headers=_named(name))


def _named(name):
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _csv_pieces(headings, rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BYTE_ORDER_MARK)
    writer.writerow([safe_cell(text) for text in headings])
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(value) for value in row])
        if number % _ROWS_A_PIECE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _json_pieces(objects):
    piece, before = [], b"[\n"
    for number, item in enumerate(objects, 1):
        piece += (before, orjson.dumps(item))
        before = b",\n"
        if number % _ROWS_A_PIECE == 0:
            yield b"".join(piece)
            piece.clear()
    yield b"".join(piece) + (b"[]\n" if before == b"[\n" else b"\n]\n")
