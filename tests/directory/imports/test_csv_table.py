"""CSV files as texts: what is read, what is refused with its line, and that what was written comes back."""

import csv
import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scimapp.directory.errors import UnreadableFile
from scimapp.directory.imports.csv_table import MAXIMUM_ROWS, guarded, plain, read

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


def as_file(headings, rows, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([headings, *rows])
    return written.getvalue().encode()


def spreadsheet():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_save_is_read(delimiter, encoding, end):
    lines = ["E-mail", "Title"], ["ana@acme.example", "Lead, Field; \u00c5rhus"], ["bo@acme.example", ""]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    table = read(text.encode(encoding))

    assert table.headings == ("E-mail", "Title")
    assert [(row.line, row.cells, row.problem) for row in table.rows] == [
        (2, ("ana@acme.example", "Lead, Field; \u00c5rhus"), None),
        (3, ("bo@acme.example", ""), None),
    ]


def test_lines_are_counted_as_an_editor_shows_them():
    table = read(b'E-mail,Note\n\nana@acme.example,"two\nlines"\n\n\nbo@acme.example,one\n')

    assert [row.line for row in table.rows] == [3, 7]


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=;;", "sep= ; ", '"sep=;";;;'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_tells_excel_the_separator_is_none_of_the_table(told, end):
    """It was taken for the names of columns."""
    table = read(end.join([told, "E-mail;First, last", "ana@acme.example;a, b", "bo@acme.example"]).encode("utf-8-sig"))

    assert table.headings == ("E-mail", "First, last")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("ana@acme.example", "a, b")),
        (3, ("bo@acme.example",)),
    ]


@pytest.mark.parametrize("told", ["sep=", '"sep=;",,', "sep=;,"])
def test_where_that_line_names_none_or_several_the_names_of_columns_tell(told):
    """Such as in a file that a program has saved again, separated in its own way."""
    table = read(f"{told}\nE-mail,First; last,Title\nana@acme.example,a; b,\n".encode())

    assert table.headings == ("E-mail", "First; last", "Title")
    assert [row.problem for row in table.rows] == [None]


def test_gaps_at_the_right_are_no_columns():
    table = read(b"E-mail,Title,,\nana@acme.example,Lead,,\nbo@acme.example,Cook,\n")

    assert table.headings == ("E-mail", "Title")
    assert [row.problem for row in table.rows] == [None, None]


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        (b"", ["The file is empty."]),
        (b"  \n \n", ["The file is empty."]),
        (b"E-mail\n", ["There are no rows below line 1."]),
        (b"\nana@acme.example\n", ["Line 1 is empty. The first line names the columns."]),
        (
            "E-mail,Name\nana@acme.example,Ana\nbo@acme.example,Jos\u00e9 Ruiz\n".encode("latin-1"),
            ["Line 3 is not in UTF-8: \u201cJos\u00e9 Ruiz\u201d looks like Latin-1 or Windows-1252. "
             "Save the file as \u201cCSV UTF-8\u201d and choose it again."],
        ),
        (
            b"\xef\xbb\xbfE-mail\nana@acme.example\nb\xe9@acme.example\n",
            ["Line 3 is not in UTF-8: \u201cb\u00e9@acme.example\u201d looks like Latin-1 or Windows-1252. "
             "Save the file as \u201cCSV UTF-8\u201d and choose it again."],
        ),
        (
            "E-mail\nana@acme.example\n".encode("utf-16"),
            ["Line 1 is in UTF-16. Save the file as \u201cCSV UTF-8\u201d and choose it again."],
        ),
        (
            "E-mail\nana@acme.example\n".encode("utf-16-le"),
            ["Line 1 is in UTF-16. Save the file as \u201cCSV UTF-8\u201d and choose it again."],
        ),
        (
            b"E-mail\nana@acme.example\nbo\0@acme.example\n",
            ["Line 3 holds a NUL character: this is not a text file."],
        ),
        (
            spreadsheet(),
            ["Line 1 is not text: this is a spreadsheet (.xlsx) or an archive. "
             "Save it as \u201cCSV UTF-8\u201d and choose that file."],
        ),
        (
            b"sep=:\nE-mail:First name\nana@acme.example:Ana\n",
            ["Line 1 is not separated by comma, semicolon or tab: \u201csep=:\u201d."],
        ),
        (
            b"E-mail|First name\nana@acme.example|Ana\n",
            ["Line 1 is not separated by comma, semicolon or tab: \u201cE-mail|First name\u201d."],
        ),
        (
            b"E-mail,Title,e-MAIL,Badge,Title,Title\na,b,c,d,e,f\n",
            ["Line 1: \u201cE-mail\u201d stands in columns 1, 3. Rename or remove all but one.",
             "Line 1: \u201cTitle\u201d stands in columns 2, 5, 6. Rename or remove all but one."],
        ),
        (
            b"E-mail,,Title\nana@acme.example,,Lead\nbo@acme.example,lost,Cook\n",
            ["Line 1: column 2 has no name, but line 3 has a value in it."],
        ),
        (
            b'E-mail,Title\nana@acme.example,Lead\nbo@acme.example,"Cook\ncem@acme.example,Baker\n',
            ["Line 3: a quote is opened and never closed."],
        ),
        (
            b'E-mail,Title\nana@acme.example,"Le"ad"\n',
            ["Line 2: text follows a closing quote. Write a quote inside a cell twice, and close the cell before the "
             "next one begins."],
        ),
        (
            b'E-mail,Title\nana@acme.example,"' + b"x" * 200_000 + b"\n",
            ["Line 2: a quote is opened and never closed."],
        ),
        (
            b"E-mail\n" + b"a@b.example\n" * 150_000,
            ["The file has about 150,000 rows; line 10,002 is one more than the 10,000 that can be imported at once. "
             "Split it into several."],
        ),
        (b"x" * (2 * 1024 * 1024 + 1), ["A file may have 2 MiB at most. Split it into several."]),
        (b",".join(b"c%d" % n for n in range(251)), ["Line 1 names 251 columns; 250 at most can be read."]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_where_and_why(content, complaints):
    with pytest.raises(UnreadableFile) as refused:
        read(content)

    assert list(refused.value.problems) == complaints


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"bo@acme.example", "Only one cell, but line 1 names 3 columns."),
        (b"bo@acme.example,Bo", "2 cells, but line 1 names 3 columns."),
        (b"bo@acme.example,Bo,Cook,lost", "4 cells, but line 1 names 3 columns."),
        (b"bo@acme.example;Bo;Cook", "This row is not separated as line 1 is: \u201cbo@acme.example;Bo;Cook\u201d."),
        (b"bo@acme.example,Bo," + b"x" * 4_001, "A cell may hold 4,000 characters at most."),
    ],
)
def test_a_row_that_cannot_be_used_leaves_the_others_alone(row, problem):
    table = read(b"E-mail,First name,Title\nana@acme.example,Ana,Lead\n" + row + b"\ncem@acme.example,Cem,Baker\n")

    assert [(row.line, row.problem) for row in table.rows] == [(2, None), (3, problem), (4, None)]


def test_as_many_rows_as_allowed_are_read():
    table = read(b"E-mail\n" + b"a@b.example\n" * MAXIMUM_ROWS)

    assert len(table.rows) == MAXIMUM_ROWS


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1", "-5", "@x", "'=1", "''=1", "'=", "\tx", "\rx"])
def test_what_looks_like_a_formula_comes_back_as_the_text_it_is(text):
    assert guarded(text).startswith("'")
    assert plain(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "'", "'s", "O'Neill", "'quoted'", "1=1"])
def test_an_apostrophe_of_the_text_stays(text):
    assert plain(guarded(text)) == guarded(text) == text


@example([("", "\t")], ",")
@given(st.lists(st.tuples(LINE, LINE), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_every_text_that_is_written_is_read_back(rows, delimiter):
    written = as_file(["E-mail", "Note"], [[guarded(cell) for cell in row] for row in rows], delimiter)

    read_back = [row.cells for row in read(written + b"\nend" + delimiter.encode() + b"end\n").rows]

    assert read_back == [row for row in rows if any(map(str.strip, row))] + [("end", "end")]


@given(st.binary(max_size=400))
def test_no_file_is_an_accident(content):
    try:
        table = read(content)
    except UnreadableFile as refused:
        assert all(refused.problems)
    else:
        assert table.rows
