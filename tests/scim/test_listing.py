"""A page is joined of pieces, and its texts can be told from each other."""

import pytest

from scimapp.scim.listing import Pieces, listed

BEGIN = b'{"Resources":['


def pieces(count):
    """``count`` resources of three pieces each."""
    return Pieces([piece for number in range(count) for piece in (b',{"id":', b"%d" % number, b"}")], count)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_page_of_pieces_is_the_page_of_their_texts(count):
    texts = [b'{"id":%d}' % number for number in range(count)]
    page = pieces(count)

    assert listed(BEGIN, page) == listed(BEGIN, texts) == BEGIN + b",".join(texts) + b"]}"
    assert listed(BEGIN, page) == listed(BEGIN, texts)  # joining has changed nothing


def test_pieces_are_counted_sliced_and_iterated_by_resource():
    page = pieces(5)

    assert len(page) == 5
    assert page[:2] == [b'{"id":0}', b'{"id":1}']
    assert page[:9] == [*page] == [b'{"id":%d}' % number for number in range(5)]


def test_an_empty_page_has_an_empty_list():
    assert listed(BEGIN, []) == b'{"Resources":[]}'
