"""The set-up guides: how far the set-up in the directory has come."""

from dataclasses import dataclass

from ...directory import custom_fields, group_search, scim_tokens, search


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the set-up in the directory has come, from what the server has seen."""

    has_token: bool
    has_call: bool
    has_people: bool
    has_groups: bool
    has_custom_value: bool

    @classmethod
    def of(cls, scope):
        tokens = scim_tokens.list_tokens(scope)
        pushed = group_search.find_groups(
            scope, group_search.GroupSearch(sort="pushed", descending=True, per_page=1)
        ).items
        return cls(
            has_token=any(scim_tokens.is_live(token) for token in tokens),
            has_call=any(token.first_used_at for token in tokens),
            has_people=bool(search.connections(scope)),
            has_groups=bool(pushed and pushed[0].last_push_at),
            has_custom_value=any(field.last_received_at for field in custom_fields.list_fields(scope)),
        )
