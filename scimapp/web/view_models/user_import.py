"""What the pages of a CSV import show: tiles, rows that need a look, columns that fill nothing, and our vocabulary."""

from flask_babel import gettext as _
from msgspec import Struct

from ...directory.imports import import_columns, import_preview
from ...directory.imports.import_plans import ERROR, NEW, OUTCOMES, SAME, UPDATE
from ...directory.roles import Role
from ...directory.words import say
from ...languages import FALLBACK, language, spoken
from ...texts import fold
from .listing import PER_PAGE, ListAddress, Pager, read_number
from .tiles import Tile

EVERYTHING = "all"
NEEDS_A_LOOK = (ERROR, UPDATE)
# Words in exports beside attribute labels: people import such files again.
_OUR_WORDS = (
    say("Yes"), say("No"), say("State"), say("Source"), say("Created"), say("Last update"), say("Last sign-in"),
    say("City"), say("What is wrong"), say("Name"),
)  # fmt: skip


class Preview(Struct, frozen=True):
    """The preview page. ``shown`` is an outcome, ``all``, or None for the rows that need a look."""

    batch: object
    counts: dict
    tiles: list
    shown: str | None
    rows: list
    pager: Pager
    address: ListAddress
    unknown: list  # names of columns that match no field
    kept_by_us: list  # names of columns that a file cannot set
    needed: list  # labels of required fields that no column fills, where rows have errors

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def importable(self):
        return self.counts[NEW] + self.counts[UPDATE]


class Column(Struct, frozen=True):
    """One column: its select, its first values, and whether it is left out with a name that matches no field."""

    bound: object
    samples: list
    is_unknown: bool


def vocabulary():
    """Our words in the language in use: ``{folded word: English word}``; empty in English."""
    if language() == FALLBACK:
        return {}
    labels = [target.label for target in import_columns.FIXED] + [role.label for role in Role]
    return {fold(spoken(word)): str(word) for word in (*labels, *_OUR_WORDS)}


def preview(scope, batch, arguments):
    """The Preview of a batch for a query string. Four statements, and one more where rows have errors."""
    counts = import_preview.counts(scope, batch)
    shown = arguments.get("show")
    if shown not in (*OUTCOMES, EVERYTHING):
        shown = None
    per_page = read_number(arguments.get("per", ""), PER_PAGE[0], PER_PAGE)
    state = {"show": shown, "per": str(per_page) if per_page != PER_PAGE[0] else None}
    address = ListAddress("web.user_import_preview", state, batch_id=batch.id)
    outcomes = {None: NEEDS_A_LOOK, EVERYTHING: None}.get(shown, (shown,))
    page = import_preview.find_rows(scope, batch, outcomes, read_number(arguments.get("page", ""), 1), per_page)
    unknown, kept = left_out(batch)
    known = import_columns.targets(scope) if counts[ERROR] else {}
    needed = import_columns.required_without_column(known, batch.options["columns"])
    return Preview(
        batch, counts, _tiles(counts, shown, address), shown, page.items, Pager.of(page, address), address, unknown, kept,
        needed,
    )  # fmt: skip


def left_out(batch):
    """``(unknown, kept by us)``: the names of columns that fill nothing."""
    words = vocabulary()
    names = [
        heading
        for heading, key in zip(batch.options["headings"], batch.options["columns"], strict=True)
        if heading and key == import_columns.LEFT_OUT
    ]
    kept = [name for name in names if import_columns.is_kept_by_us(name, words)]
    return [name for name in names if name not in kept], kept


def columns(scope, batch, form):
    """The Columns of a file. One statement."""
    samples = import_preview.samples(scope, batch)
    unknown, _kept = left_out(batch)
    return [
        Column(bound, samples[place], batch.options["headings"][place] in unknown)
        for place, bound in enumerate(form.columns)
    ]


def _tiles(counts, shown, address):
    labels = (
        (NEW, _("New people"), "ok"),
        (UPDATE, _("Updates"), "info"),
        (ERROR, _("Rows with errors"), "bad"),
        (SAME, _("Unchanged"), ""),
    )
    return [
        Tile(label, counts[outcome], address.to(show=outcome), shown == outcome, dot) for outcome, label, dot in labels
    ]
