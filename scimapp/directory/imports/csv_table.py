"""Reads a CSV file, as spreadsheets save it, into a table of texts, strictly and within limits (security L21).

Nothing is guessed that would change a value: a file that is not UTF-8, or whose quotes do not match, is refused with the
line of the error. A problem of a single row stays with that row, so that the others can be used. Cells are text; formulas
are text as well.
"""

import csv
import io
import re

from msgspec import Struct

from ..errors import UnreadableFile
from ..words import Grouped, say

MAXIMUM_BYTES = 2 * 1024 * 1024
MAXIMUM_ROWS = 10_000
MAXIMUM_COLUMNS = 250
MAXIMUM_CELL = 4_000  # characters
DELIMITERS = (",", ";", "\t")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # beginnings of formulas; exports prefix these with an apostrophe
_OTHER_DELIMITERS = ("|", "^", "~")
# What other programs write above the names of columns for Excel, which takes it and counts lines from the next one. Programs that
# save such a file again fill the line up with separators of their own.
_SEPARATOR_LINE = re.compile(r'("?sep=([^\w\r\n]*))(\r\n|\r|\n)', re.IGNORECASE)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SHOWN = 60  # characters of a file that a message repeats
_OTHER_KINDS = (
    (b"PK\x03\x04", say("Line 1 is not text: this is a spreadsheet (.xlsx) or an archive. "
                        "Save it as “CSV UTF-8” and choose that file.")),
    (b"\xd0\xcf\x11\xe0", say("Line 1 is not text: this is a spreadsheet (.xls). Save it as “CSV UTF-8” and choose that file.")),
    (b"%PDF", say("Line 1 is not text: this is a PDF. Save the table as “CSV UTF-8” and choose that file.")),
)  # fmt: skip
_UTF_16 = say("Line 1 is in UTF-16. Save the file as “CSV UTF-8” and choose it again.")


class Row(Struct, frozen=True):
    """One row. ``line`` is where it begins, 1 being the line of the column names. ``problem`` is a Sentence or None."""

    line: int
    cells: tuple
    problem: str | None = None


class Table(Struct, frozen=True):
    """``headings`` are the names in line 1, ``rows`` what follows; each row without a problem has the same width."""

    headings: tuple
    rows: tuple


def read(content):
    """The Table in a file's bytes. Raises UnreadableFile with everything that is wrong with the file as a whole."""
    if len(content) > MAXIMUM_BYTES:
        raise UnreadableFile([say("A file may have 2 MiB at most. Split it into several.")])
    text = _decoded(content)
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    delimiter = (told and _told(told)) or _delimiter(text)
    records = _records(text, delimiter)
    _, first = next(records, (1, []))
    headings = [plain(cell).strip() for cell in first]
    while headings and not headings[-1]:
        headings.pop()
    _check_headings(headings)
    rows = []
    for line, cells in records:
        if _are_blank(cells):
            continue
        if len(rows) == MAXIMUM_ROWS:
            raise UnreadableFile([_too_many(line, text)])
        rows.append(_row(line, cells, len(headings), delimiter))
    if not rows:
        raise UnreadableFile([say("There are no rows below line 1.")])
    _check_nameless(headings, rows)
    return Table(tuple(headings), tuple(rows))


def plain(cell):
    """A cell without the apostrophe that keeps spreadsheets from evaluating it; the inverse of ``guarded``."""
    return cell[1:] if cell.startswith("'") and _looks_worked_out(cell) else cell


def guarded(text):
    """A text as a cell that no spreadsheet evaluates (OWASP, CSV injection)."""
    return f"'{text}" if _looks_worked_out(text) else text


def _are_blank(cells):
    return not any(plain(cell).strip() for cell in cells)


def _looks_worked_out(text):
    # Leading apostrophes are ignored, so that a text that already has one survives export and import.
    return text.lstrip("'").startswith(FORMULA)


def _decoded(content):
    if not content.strip():
        raise UnreadableFile([say("The file is empty.")])
    for beginning, complaint in _OTHER_KINDS:
        if content.startswith(beginning):
            raise UnreadableFile([complaint])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile([_UTF_16])
    nul = content.find(0)
    if nul >= 0:
        sample = content[:1000]
        wide = max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 5
        complaint = say(
            "Line %(line)s holds a NUL character: this is not a text file.", line=Grouped(_line(content, nul))
        )
        raise UnreadableFile([_UTF_16 if wide else complaint])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile([_not_utf8(content, error.start + _mark(content))]) from error


def _mark(content):
    """The number of bytes before the decoder's position 0: the byte order mark."""
    return 3 if content.startswith(b"\xef\xbb\xbf") else 0


def _not_utf8(content, position):
    start = max((end.end() for end in _LINE_END.finditer(content, 0, position)), default=0)
    end = _LINE_END.search(content, position)
    line = content[start : end.start() if end else None]
    before, after = line[: position - start], line[position - start :]
    # The cell around the byte, decoded with the encoding that spreadsheets use instead.
    cell = re.split(rb'[,;\t"]', before)[-1] + re.split(rb'[,;\t"]', after)[0]
    return say(
        "Line %(line)s is not in UTF-8: “%(cell)s” looks like Latin-1 or Windows-1252. Save the file as “CSV UTF-8” "
        "and choose it again.",
        line=Grouped(_line(content, position)),
        cell=cell.decode("cp1252", "replace")[:_SHOWN],
    )


def _line(content, position):
    return sum(1 for _ in _LINE_END.finditer(content, 0, position)) + 1


def _delimiter(text):
    """The separator of the column names: the one of ``DELIMITERS`` that occurs most often in line 1 outside quotes."""
    counts, quoted = dict.fromkeys((*DELIMITERS, *_OTHER_DELIMITERS), 0), False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "\r\n":
            break
        elif not quoted and character in counts:
            counts[character] += 1
    found = max(DELIMITERS, key=counts.get)
    if not counts[found] and any(counts[other] for other in _OTHER_DELIMITERS):
        raise _separated_otherwise(text.split("\n", 1)[0])
    return found


def _told(line):
    """The separator that a match of ``_SEPARATOR_LINE`` names, None if it names none or several: then the names of columns tell."""
    marks = set(line[2]) - {'"', " "}
    if not marks <= set(DELIMITERS):
        raise _separated_otherwise(line[1])
    return marks.pop() if len(marks) == 1 else None


def _separated_otherwise(line):
    names = line.strip()[:_SHOWN]
    return UnreadableFile([say("Line 1 is not separated by comma, semicolon or tab: “%(names)s”.", names=names)])


def _records(text, delimiter):
    """``(line, cells)`` for all records of the file; blank lines are empty lists."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile([_unmatched(line, str(error))]) from error
        if cells is None:
            return
        yield line, cells


def _unmatched(line, error):
    if "expected after" in error:
        return say(
            "Line %(line)s: text follows a closing quote. Write a quote inside a cell twice, and close the cell before "
            "the next one begins.",
            line=Grouped(line),
        )
    return say("Line %(line)s: a quote is opened and never closed.", line=Grouped(line))


def _row(line, cells, width, delimiter):
    problem = None
    if len(cells) < width or not _are_blank(cells[width:]):
        problem = _of_another_width(cells, width, delimiter)
    elif any(len(cell) > MAXIMUM_CELL for cell in cells):
        problem = say("A cell may hold %(num)s characters at most.", num=Grouped(MAXIMUM_CELL))
    shown = cells[:width] if problem is None else [cell[:MAXIMUM_CELL] for cell in cells[:MAXIMUM_COLUMNS]]
    return Row(line, tuple(map(plain, shown)), problem)


def _of_another_width(cells, width, delimiter):
    if len(cells) > 1:
        return say("%(num)s cells, but line 1 names %(width)s columns.", num=len(cells), width=width)
    (cell,) = cells
    if any(mark in cell for mark in DELIMITERS if mark != delimiter):
        return say("This row is not separated as line 1 is: “%(row)s”.", row=cell.strip()[:_SHOWN])
    return say("Only one cell, but line 1 names %(width)s columns.", width=width)


def _check_headings(headings):
    if not any(headings):
        raise UnreadableFile([say("Line 1 is empty. The first line names the columns.")])
    if len(headings) > MAXIMUM_COLUMNS:
        raise UnreadableFile([
            say("Line 1 names %(num)s columns; %(limit)s at most can be read.", num=len(headings), limit=MAXIMUM_COLUMNS)
        ])  # fmt: skip
    places = {}
    for place, heading in enumerate(headings, 1):
        if heading:
            places.setdefault(heading.casefold(), []).append(place)
    twice = [found for found in places.values() if len(found) > 1]
    if twice:
        raise UnreadableFile([
            say(
                "Line 1: “%(name)s” stands in columns %(places)s. Rename or remove all but one.",
                name=headings[found[0] - 1][:_SHOWN],
                places=", ".join(map(str, found)),
            )
            for found in twice
        ])  # fmt: skip


def _check_nameless(headings, rows):
    """Refuse a column that has values but no name; an empty one is only a gap in the spreadsheet."""
    complaints = []
    for place, heading in enumerate(headings):
        if heading:
            continue
        filled = next((row.line for row in rows if row.problem is None and row.cells[place].strip()), None)
        if filled:
            complaints.append(
                say(
                    "Line 1: column %(place)s has no name, but line %(line)s has a value in it.",
                    place=place + 1,
                    line=Grouped(filled),
                )
            )
    if complaints:
        raise UnreadableFile(complaints)


def _too_many(line, text):
    ends = text.rstrip("\r\n")
    rows = max(ends.count("\n"), ends.count("\r"), line - 1)  # the first line is not a row
    return say(
        "The file has about %(rows)s rows; line %(line)s is one more than the %(limit)s that can be imported at once. "
        "Split it into several.",
        rows=Grouped(rows),
        line=Grouped(line),
        limit=Grouped(MAXIMUM_ROWS),
    )
