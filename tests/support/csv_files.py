"""CSV files as people save them, and the way from one to people."""

import csv
import io

from scimapp.directory.batches import batches
from scimapp.directory.imports import csv_table, import_preview, import_start
from scimapp.directory.imports.import_plans import ACTIVE
from scimapp.directory.people import named_people

HEADINGS = "First name,Family name,E-mail,Title"


def csv_file(headings, *rows):
    """The bytes of a file; ``headings`` is one text with commas, a row a tuple."""
    written = io.StringIO()
    csv.writer(written).writerows([headings.split(","), *rows])
    return written.getvalue().encode()


def previewed(scope, content, *, match="email"):
    """The Batch of a checked preview."""
    batch = import_preview.start(scope, "people.csv", csv_table.read(content), match)
    return import_preview.check(scope, batch.id)


def rows_of(scope, batch):
    """Every row of a preview."""
    return import_preview.find_rows(scope, batch, per_page=200).items


def only_row(scope, content):
    """The only row of a preview of these bytes."""
    (row,) = rows_of(scope, previewed(scope, content))
    return row


def told(row):
    """What a row of a preview changes: ``[(label, before, after)]`` as texts."""
    return [tuple(map(str, change)) for change in row.changes]


def carried_out(scope, batch, starts_as=ACTIVE):
    """Import a preview and return the Batch."""
    import_start.begin(scope, batch.id, starts_as, skips_errors=True)
    batches.finish_small(scope, batches.get(scope, batch.id))
    return batches.get(scope, batch.id)


def upload(page, content, file_name="people.csv", **values):
    """Choose a file of these bytes at the screens, and have it checked: the screen that comes."""
    return page("/users/import").form("upload").attach("file", content, file_name).fill(values).submit("Check the file")


def found(scope, email):
    """The person who has this address, None where nobody has."""
    return named_people.named_by(scope, [email]).get(email)
