"""Elements of a multi-valued attribute in the value index, for value paths: ``emails[type eq "work" and value co "@x"]``.

All conditions must hold for the same element: the most selective one finds the elements, the others are checked there by
primary key.
"""

from dataclasses import replace

from msgspec import Struct
from sqlalchemy import and_, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from ...directory.model import IndexedValue, User
from ...directory.people import value_index
from ...scim.errors import InvalidFilter
from ...scim.filter.ast import And, Comparison, Not, Or, Present
from .asking import decided_by, given

# Comparisons of these sub-attributes are hardly selective.
_COMMON_NAMES = frozenset({"type", "primary", "display"})
_LEADS_TO_FEW, _LOOKS_THROUGH, _LEADS_NOWHERE = 1, 2, 9
_OF_MOST = {"type": "work", "primary": True}  # the values of most elements


class Elements(Struct, frozen=True):
    """The elements of a multi-valued attribute, for value paths. ``sub(path)`` returns the Indexed of an inner path."""

    path: str
    sub: object
    is_complex: bool = True

    def matching(self, scope, tree, _condition):
        """People with an element that meets ``tree``."""
        row = aliased(IndexedValue)
        terms = list(tree.terms) if isinstance(tree, And) else [tree]
        leading = min(terms, key=self._rank)
        if self._rank(leading) < _LEADS_NOWHERE:
            terms.remove(leading)
            place = self.sub(leading.path)
            here = place.matches(scope, row, leading.operator, given(leading))
        elif self.is_complex:
            here = value_index.below(scope, f"{self.path}.", row)
        else:
            here = value_index.at(scope, self.path, row)
        rank = self._rank(leading)
        few = rank <= _LEADS_TO_FEW or (rank == _LOOKS_THROUGH and all(_is_of_most(scope, term) for term in terms))
        rows = select(row.user_seq).where(here, *(self._element(scope, term, row, few) for term in terms))
        return User.seq.in_(rows)

    def _element(self, scope, tree, row, few):
        """The condition on the element that ``row`` belongs to; ``few`` says whether few rows are examined."""
        match tree:
            case And(terms):
                return and_(true(), *(self._element(scope, term, row, few) for term in terms))
            case Or(terms):
                return or_(false(), *(self._element(scope, term, row, few) for term in terms))
            case Not(term):
                return not_(self._element(scope, term, row, few))
            case Present(path):
                return self._sibling(scope, row, few, self.sub(path), None, None)
            case Comparison(_, "ne"):
                return not_(self._element(scope, replace(tree, operator="eq"), row, few))
            case Comparison(path, operator, None):
                if operator != "eq":
                    raise InvalidFilter("null is compared by eq or ne")
                return not_(self._sibling(scope, row, few, self.sub(path), None, None))
            case Comparison(path, operator):
                return self._sibling(scope, row, few, self.sub(path), operator, given(tree))
        raise InvalidFilter("a value path holds comparisons, and, or, not")

    def _sibling(self, scope, row, few, place, operator, value):
        other = aliased(IndexedValue)
        same_element = (other.user_seq == row.user_seq, other.element == row.element)
        found = place.filled(scope, other) if operator is None else place.matches(scope, other, operator, value)
        siblings = select(other.element).where(*same_element, found)
        if few:
            # Postgres plans without knowing the values and takes "work" for rare. Without the hint it would join
            # everybody who has that value instead of looking up the element of one person.
            siblings = siblings.with_statement_hint("OFFSET 0", "postgresql")
        return siblings.exists()

    @staticmethod
    def _rank(tree):
        """How selective a term is, 0 being best; _LEADS_NOWHERE if it cannot find elements."""
        if not isinstance(tree, Comparison) or tree.value is None or tree.operator == "ne":
            return _LEADS_NOWHERE
        is_common = tree.path.target.name.lower() in _COMMON_NAMES
        return {"eq": 0, "sw": 1}.get(tree.operator, 2) + (3 if is_common else 0)


def _is_of_most(scope, term):
    """Whether most elements meet a term, so that beginning with them would not help."""
    name = term.path.target.name.lower() if isinstance(term, Comparison) and term.operator == "eq" else None
    return name in _OF_MOST and decided_by(scope, given(term)) == _OF_MOST[name]
