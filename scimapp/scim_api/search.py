"""Searches, without HTTP: in one resource type, or in all of them at once (RFC 7644 §3.4.2, RFC 9865)."""

from typing import NamedTuple

from msgspec import Struct

from ..directory.client_reads import reading
from ..resource_types.queries.filter_sql import condition
from ..resource_types.queries.sort_sql import after, order, position, sort_key


class Found(NamedTuple):
    """A page of a list: ``start_index`` for paging by index, ``next_cursor`` if paging by cursor has more to come."""

    texts: list  # of resources, JSON in bytes; or Pieces, or Joined
    total: int
    start_index: int | None = None
    next_cursor: str | None = None


def search(call, resource_type, query):
    """A Found for a OneList. Few people take one statement; otherwise the page, what it is linked to, and the total take
    one each.

    A page that is not full gives the total without a statement.
    """
    scope, question, values, paging = call.scope, query.question, query.values, query.paging
    if paging.cursor is not None:
        return _by_cursor(call, resource_type, query)
    offset = paging.start_index - 1
    if question.is_plain:
        texts, total = resource_type.everything(scope, offset, paging.count, call.addresses, query.projection)
        return Found(texts, total, paging.start_index)
    rows, total = question.find(scope, values, offset, paging.count, resource_type.has_more(query.projection))
    return Found(_shown(call, resource_type, query, rows), total, paging.start_index)


def _by_cursor(call, resource_type, query):
    scope, question, values, paging = call.scope, query.question, query.values, query.paging
    place, rows = query.cursors.read(paging.cursor), []
    if paging.count and question.is_plain:
        rows = resource_type.everything_after(scope, place.seq if place else 0, paging.count + 1, query.projection)
    elif paging.count:
        rows = question.page_after(scope, values, place, paging.count + 1, resource_type.has_more(query.projection))
    shown, following = rows[: paging.count], None
    if len(rows) > len(shown):
        seq = shown[-1][0]  # it stands first
        following = query.cursors.make(position(seq, question.key_of(scope, values, seq)))
    return Found(_shown(call, resource_type, query, shown), question.count(scope, values), next_cursor=following)


def _shown(call, resource_type, query, rows):
    return resource_type.texts(call.scope, rows, call.addresses, query.projection) if rows else []


def search_everything(call, queries):
    """A Found over all resource types; ``queries`` are pairs of a resource type and a PartOfAll, with the same paging and order.

    People come before groups, unless the order says otherwise.
    """
    parts = [_Part(call, resource_type, query, rank) for rank, (resource_type, query) in enumerate(queries)]
    query = queries[0][1]
    paging, totals = query.paging, [part.count() for part in parts]
    pick = _sorted if any(part.query.sort_by for part in parts) else _in_turn
    if paging.cursor is None:
        picked = pick(parts, totals, paging.start_index - 1, paging.count, None)
        return Found(_texts(parts, picked), sum(totals), paging.start_index)
    place = query.cursors.read(paging.cursor)
    picked = pick(parts, totals, 0, paging.count + 1, place) if paging.count else []
    shown = picked[: paging.count]
    following = query.cursors.make(position(*shown[-1])) if len(picked) > len(shown) else None
    return Found(_texts(parts, shown), sum(totals), next_cursor=following)


class _Part(Struct, frozen=True):
    """One resource type with its query."""

    call: object
    resource_type: object
    query: object
    rank: int = 0

    @property
    def places(self):
        return self.resource_type.places_at(self.call.addresses)

    @property
    def conditions(self):
        tree = self.query.filter
        return () if tree is None else (condition(tree, self.call.scope, self.places),)

    def after(self, place):
        """The conditions, with the one that rows come after a Position (None: from the beginning)."""
        if place is None:
            return self.conditions
        how = (self.query.sort_by, self.query.descending, self.call.scope, self.places, self.rank)
        return (*self.conditions, after(place, *how))

    def seqs(self, offset, limit, place=None):
        """The numbers of the rows of a page, in order."""
        by = order(self.query.sort_by, self.query.descending, self.call.scope, self.places)
        rows = (
            self.resource_type.page(self.call.scope, self.after(place), by, offset, limit, has_more=False)
            if limit
            else []
        )
        return [row.seq for row in rows]

    def rows(self, seqs):
        """The rows with these numbers, by number."""
        if not seqs:
            return {}
        found = self.resource_type.page(
            self.call.scope,
            (self.places.owner.in_(seqs),),
            (),
            0,
            len(seqs),
            self.resource_type.has_more(self.query.projection),
        )
        return {row.seq: row for row in found}

    def count(self):
        return self.resource_type.count(self.call.scope, self.conditions)

    def key(self):
        path = self.query.sort_by
        return None if path is None else sort_key(path, self.call.scope, self.places)

    def texts(self, rows):
        call = self.call
        return self.resource_type.texts(call.scope, rows, call.addresses, self.query.projection) if rows else []


def _in_turn(parts, totals, offset, limit, place):
    """``[(seq, None, rank)]``: one type after the other, each in the order of creation."""
    picked = []
    for part, total in zip(parts, totals, strict=True):
        if offset < total and len(picked) < limit and (place is None or part.rank >= place.rank):
            picked += [(seq, None, part.rank) for seq in part.seqs(offset, limit - len(picked), place)]
        offset = max(0, offset - total)
    return picked


def _sorted(parts, _totals, offset, limit, place):
    """``[(seq, sort key, rank)]`` in the order that was asked for."""
    if not limit:
        return []
    wanted = [(part.places.owner, part.after(place), part.key()) for part in parts]
    return reading.merged(parts[0].call.scope, wanted, parts[0].query.descending, offset, limit)


def _texts(parts, picked):
    """The texts of ``[(seq, key, rank)]``, in that order."""
    shown = {}
    for part in parts:
        rows = part.rows([seq for seq, _, rank in picked if rank == part.rank])
        texts = part.texts(list(rows.values()))
        shown |= {(seq, part.rank): text for seq, text in zip(rows, texts, strict=True)}
    return [shown[seq, rank] for seq, _, rank in picked if (seq, rank) in shown]
