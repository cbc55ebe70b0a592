"""Whatever a PATCH does, it does whole, and what must hold of a person holds afterwards. Rubbish has a storm of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scim_api.bodies import ENTERPRISE, create, person
from tests.support.tries import tries

GOOD = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace"]), "path": st.just("title"), "value": st.sampled_from("ABC")}),
    st.fixed_dictionaries({
        "op": st.sampled_from(["add", "replace"]), "path": st.just("phoneNumbers"),
        "value": st.lists(st.fixed_dictionaries(
            {"value": st.sampled_from("123"), "type": st.sampled_from(["work", "Work", "home"])},
            optional={"primary": st.booleans()}), max_size=3)}),
    st.fixed_dictionaries({"op": st.just("replace"), "path": st.just('phoneNumbers[type eq "work"].primary'), "value": st.just(True)}),
    st.fixed_dictionaries({"op": st.just("replace"), "path": st.just('phoneNumbers[value eq "1"].type'), "value": st.just("home")}),
    st.fixed_dictionaries({"op": st.just("add"), "path": st.just(f"{ENTERPRISE}:department"), "value": st.sampled_from("AB")}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": st.sampled_from(
        [ENTERPRISE, "title", "phoneNumbers", 'phoneNumbers[value eq "1"]', f"{ENTERPRISE}:department"])}),
)  # fmt: skip
BAD = {"op": "replace", "path": "userName", "value": None}


@pytest.mark.parametrize("preset", ["strict", "entra"])
def test_a_row_of_changes_keeps_what_must_hold(scim, preset):
    """One primary, no element twice, schemas as the content, and a refused PATCH leaves no trace."""
    client = scim.for_provider(preset)
    path = f"/Users/{create(client, person())['id']}"

    @settings(max_examples=tries(10))
    @given(changes=st.lists(st.lists(GOOD, min_size=1, max_size=3), min_size=1, max_size=4), fails=st.booleans())
    def change(changes, fails):
        for operations in changes:
            before = client.get(path).json
            answer = client.patch(path, *operations, *([BAD] if fails else []))
            after = client.get(path).json
            if answer.status_code != 200:
                assert answer.status_code == 400
                assert after == before
            phones = after.get("phoneNumbers", [])
            assert sum(phone.get("primary", False) for phone in phones) <= 1
            assert len({(phone.get("value"), phone.get("type", "").lower()) for phone in phones}) == len(phones)
            assert (ENTERPRISE in after) is (ENTERPRISE in after["schemas"])
            assert after.get(ENTERPRISE) != {}
            assert (after["meta"]["version"] == before["meta"]["version"]) is (after == before)

    change()
