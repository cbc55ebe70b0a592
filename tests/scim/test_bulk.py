"""Bulk requests as values: what refers to what, and in which order operations can be carried out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimapp.scim.bulk import MAXIMUM_OPERATIONS, leaving_out, parse_bulk, plan, resolve, unresolved
from scimapp.scim.errors import PayloadTooLarge, ScimError

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def request(*operations, **more):
    return {"schemas": [BULK], "Operations": list(operations)} | more


def post(bulk_id, *refers_to):
    members = [{"value": f"bulkId:{name}"} for name in refers_to]
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": {"members": members}}


def order(*operations):
    """``[(place, left out, completes)]`` of a request's plan."""
    steps = plan(parse_bulk(request(*operations))[0])
    return [(step.operation.place, sorted(step.without), step.completes) for step in steps]


def test_operations_without_references_keep_their_order():
    assert order(post("a"), post("b"), post("c")) == [(1, [], False), (2, [], False), (3, [], False)]


def test_what_is_referred_to_comes_first():
    assert [place for place, _, _ in order(post("a", "b"), post("b", "c"), post("c"))] == [3, 2, 1]


def test_a_bulk_id_that_is_used_again_leads_to_the_operation_that_may_have_it():
    without_data = {"method": "POST", "path": "/Groups", "bulkId": "b"}

    assert [place for place, _, _ in order(post("a", "b"), post("b"), post("b"))] == [2, 1, 3]
    assert [place for place, _, _ in order(post("a", "b"), without_data, post("b"))] == [3, 1, 2]


def test_a_circle_is_opened_and_completed():
    assert order(post("a", "b"), post("b", "a")) == [(2, ["a"], False), (1, [], False), (2, [], True)]


def test_a_reference_to_itself_is_completed_at_once():
    assert order(post("a", "a")) == [(1, ["a"], False), (1, [], True)]


def test_a_chain_as_long_as_a_request_is_no_matter():
    chain = [post(f"n{number}", f"n{number + 1}") for number in range(MAXIMUM_OPERATIONS - 1)]

    assert [place for place, _, _ in order(*chain, post(f"n{MAXIMUM_OPERATIONS - 1}"))] == list(
        range(MAXIMUM_OPERATIONS, 0, -1)
    )


@given(st.lists(st.lists(st.integers(0, 11), max_size=4), min_size=1, max_size=12))
def test_every_operation_is_carried_out_once_and_knows_its_references(graph):
    operations = [
        post(f"n{number}", *(f"n{other % len(graph)}" for other in refers)) for number, refers in enumerate(graph)
    ]
    done, whole = set(), set()

    for place, left_out, completes in order(*operations):
        needed = {f"n{other % len(graph)}" for other in graph[place - 1]}
        if completes:
            assert needed <= done
        else:
            assert f"n{place - 1}" not in done
            done.add(f"n{place - 1}")
            assert needed - set(left_out) <= done
        if completes or not left_out:
            whole.add(place)

    assert whole == set(range(1, len(graph) + 1))


def test_references_are_found_in_values_uris_and_filters_and_nowhere_else():
    found = unresolved(
        {
            "value": "bulkId:a",
            "$ref": "https://example.com/scim/v2/Users/bulkId:b",
            "path": 'members[value eq "bulkId:c"]',
            "nickName": "my bulkId:d",
        }
    )

    assert found == ["a", "b", "c"]


def test_an_operation_knows_what_its_path_and_its_data_refer_to():
    listed, _ = parse_bulk(
        request(
            post("a", "b"),
            {"method": "PATCH", "path": "/Groups/bulkId:a", "data": {"members": [{"value": 'x "bulkId:c"'}]}},
            {"method": "POST", "path": "/Users", "bulkId": "d", "data": {"bulkId:": "a name and no text"}},
            {"method": "DELETE", "path": "/Users/1"},
            {"method": 5, "path": ["/Users"], "data": "bulkId:e"},
        )
    )

    assert [set(operation.references) for operation in listed] == [{"b"}, {"a", "c"}, set(), set(), {"e"}]


def test_references_are_replaced_everywhere_and_unknown_ones_stay():
    value = {
        "members": [{"value": "bulkId:a"}, {"value": "bulkId:x"}],
        "path": "/Users/bulkId:a",
        "filter": 'value eq "bulkId:a"',
    }

    assert resolve(value, {"a": "1"}) == {
        "members": [{"value": "1"}, {"value": "bulkId:x"}],
        "path": "/Users/1",
        "filter": 'value eq "1"',
    }


def test_an_element_is_left_out_whole():
    value = {"displayName": "A", "members": [{"value": "bulkId:b", "display": "B"}, {"value": "2"}]}

    assert leaving_out(value, {"b"}) == {"displayName": "A", "members": [{"value": "2"}]}
    assert leaving_out({"urn": {"manager": {"value": "bulkId:b"}}, "x": 1}, {"b"}) == {"x": 1}


@pytest.mark.parametrize(
    "body, complaint",
    [
        ("2026", "one JSON object"),
        ({}, "schemas must hold"),
        ({"schemas": [BULK]}, "at least one operation"),
        ({"schemas": [BULK], "Operations": []}, "at least one operation"),
        ({"schemas": [BULK], "Operations": {}}, "at least one operation"),
        (request(post("a"), failOnErrors=0), "at least 1"),
        (request(post("a"), failOnErrors=True), "at least 1"),
        (request(post("a"), failOnErrors="1"), "at least 1"),
    ],
)
def test_a_request_that_is_none_says_what_is_missing(body, complaint):
    with pytest.raises(ScimError, match=complaint):
        parse_bulk(body)


def test_too_many_operations_are_refused_with_the_limit():
    with pytest.raises(PayloadTooLarge, match="maxOperations, which is 1000"):
        parse_bulk(request(*[post("a")] * (MAXIMUM_OPERATIONS + 1)))


@pytest.mark.parametrize(
    "operation, complaint",
    [
        ("x", "JSON object"),
        ({"path": "/Users"}, "method is one of POST, PUT, PATCH, DELETE"),
        ({"method": "GET", "path": "/Users"}, "method is one of"),
        ({"method": "POST", "bulkId": "a", "data": {}}, "relative to the base URL"),
        ({"method": "POST", "path": "Users", "bulkId": "a", "data": {}}, "relative to the base URL"),
        ({"method": "POST", "path": "/Users", "data": {}}, "bulkId is needed"),
        ({"method": "POST", "path": "/Users", "bulkId": "", "data": {}}, "1 to 256 characters"),
        ({"method": "POST", "path": "/Users", "bulkId": 7, "data": {}}, "1 to 256 characters"),
        ({"method": "POST", "path": "/Users", "bulkId": "a"}, "data is needed"),
        ({"method": "PUT", "path": "/Users/1", "version": 3, "data": {}}, "version is a text"),
    ],
)
def test_what_is_wrong_with_one_operation_is_kept_for_its_answer(operation, complaint):
    (parsed,), _ = parse_bulk(request(operation))

    assert complaint in parsed.problem.detail


def test_a_bulk_id_names_one_operation():
    operations, _ = parse_bulk(request(post("a"), post("a")))

    assert [operation.problem is None for operation in operations] == [True, False]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["method", "path", "bulkId", "data", "version", "Operations", "schemas"]) | st.text(),
                inner,
            )
        ),
    )
)
def test_whatever_comes_is_parsed_or_refused(value):
    try:
        operations, _ = parse_bulk(request(value))
    except ScimError:
        return
    plan(operations)
