"""One page of a list: the rows, and what the links to other pages need."""

from msgspec import Struct

from ..database import db

MAXIMUM_PER_PAGE = 500


class Page(Struct, frozen=True):
    """``page`` is 1-based; ``total`` counts the whole list."""

    items: list
    total: int
    page: int
    per_page: int

    @classmethod
    def of(cls, query, count_query, order, page, per_page):
        """Read one page of ``query``; a page past the end becomes the last one. Two statements."""
        total = db.session.scalar(count_query)
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
