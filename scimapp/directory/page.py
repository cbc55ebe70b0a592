"""One page of a list or of a log: the rows, and what the links to other pages need."""

from msgspec import Struct
from sqlalchemy import select

from ..database import db

MAXIMUM_PER_PAGE = 500


class Page(Struct, frozen=True):
    """``page`` is 1-based; ``total`` counts the whole list."""

    items: list
    total: int
    page: int
    per_page: int

    @classmethod
    def of(cls, query, counted, order, page, per_page):
        """Read one page of ``query``; a page past the end becomes the last one. ``counted`` is the query that counts, or the
        number if it is kept. Two statements, or one.
        """
        total = counted if isinstance(counted, int) else db.session.scalar(counted)
        per_page = max(1, min(per_page, MAXIMUM_PER_PAGE))
        page = max(1, min(page, -(-total // per_page) or 1))
        rows = db.session.scalars(query.order_by(*order).limit(per_page).offset((page - 1) * per_page)).all()
        return cls(list(rows), total, page, per_page)

    @property
    def pages(self):
        return -(-self.total // self.per_page) or 1

    @property
    def first(self):
        """The number of the first row shown, 0 when there is none."""
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self):
        return (self.page - 1) * self.per_page + len(self.items)

    @property
    def has_next(self):
        return self.page < self.pages

    @property
    def has_prev(self):
        return self.page > 1


def newest(scope, model, seqs, per_page):
    """``(rows, older)`` of a log: the newest rows among ``seqs``, a select of numbers, and the number of the last of them if
    there are older ones, else None. One statement at any length.
    """
    # Two steps: an index answers the inner query alone, so only rows that are shown are read.
    page = seqs.order_by(model.seq.desc()).limit(per_page + 1).subquery()
    query = scope.select(model).where(model.seq.in_(select(page.c.seq)))
    rows = db.session.scalars(query.order_by(model.seq.desc())).all()
    return rows[:per_page], rows[per_page - 1].seq if len(rows) > per_page else None
