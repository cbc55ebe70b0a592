"""What screens offer to do to a group is what the directory then does; the rest it refuses."""

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.changes import GroupChanges, GroupDraft
from scimapp.directory.connection import live_tokens
from scimapp.directory.errors import DirectoryError, GroupNameTaken
from scimapp.directory.events import RoleRuleRemoved
from scimapp.directory.groups import group_links, group_members, group_search, groups, nesting, permitted, role_rules
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope, token_scope
from scimapp.directory.unit_of_work import unit_of_work
from tests.support.databases import on_both, only_sqlite

ACTIONS = {
    "rename": lambda scope, group: groups.update(scope, group.id, GroupChanges(display_name="Another name")),
    "delete": lambda scope, group: groups.remove(scope, group.id),
    "unlink": lambda scope, group: group_links.unlink(scope, group.id),
    "link": lambda scope, group: group_links.link(scope, group.id),
}
RULED = (None, Role.USER_ADMIN, Role.SUPER_ADMIN)


class _TriedOutError(Exception):
    """Ends a transaction in which something was only tried."""


def is_done(scope, act, *arguments):
    """Whether the directory does it; nothing stays of it."""
    try:
        with unit_of_work(scope):
            act(scope, *arguments)
            raise _TriedOutError
    except _TriedOutError:
        return True
    except DirectoryError:
        return False


@pytest.fixture
def ruled(once):
    """``(scope, actors, ids of groups, somebody else's id)`` of an account in which changes are only tried out.

    Actors may change groups by a role given by hand and by a group. The groups are made here and pushed, give no role and each
    role, with the actors in them and without, and in conflict; nothing is closed to stronger ones by hand.
    """
    return once(_populate)


def _populate(account):
    scope, make_user, make_group = account.scope, account.make_user, account.make_group
    okta_scope, entra = (
        token_scope(live_tokens.authenticate(account.make_token(provider))) for provider in ("okta", "entra")
    )
    by_group = {role: make_user() for role in RULED[1:]}
    for role, person in by_group.items():
        role_rules.set_rule(scope, make_group(f"Makes {role}", [person]).id, role)
    members = [users.get(scope, person.id) for person in (make_user("user_admin"), *by_group.values())]
    for role in RULED:
        for inside in ((), members):
            for made_by in (scope, okta_scope):
                group = make_group(f"{role} {len(inside)} {made_by.actor.kind}", [make_user(), *inside], by=made_by)
                if role is not None:
                    role_rules.set_rule(scope, group.id, role)
        if role is not None:
            role_rules.set_rule(scope, make_group(f"{role} without anybody").id, role)
        with pytest.raises(GroupNameTaken):
            groups.create(entra, GroupDraft(f"{role} 0 person"))
    found = group_search.find_groups(scope, group_search.GroupSearch(per_page=100)).items
    actors = [person_scope(users.get(scope, person.id)) for person in members]
    return scope, actors, [group.id for group in found], make_user().id


def offered(scope, group):
    return permitted.offers(scope, group, permitted.Reach.of(scope))


@only_sqlite
def test_what_is_offered_is_done_and_nothing_else(ruled):
    _, actors, every_group, _ = ruled
    for scope in actors:
        for group_id in every_group:
            group = groups.get(scope, group_id)
            offers = offered(scope, group)
            for name, act in ACTIONS.items():
                done = is_done(scope, act, group)
                assert getattr(offers, name) is done, (name, scope.actor.role, group.display_name)


@only_sqlite
def test_who_may_be_put_in_and_taken_out_is_offered_and_nobody_else(ruled):
    _, actors, every_group, stranger_id = ruled
    for scope in actors:
        reach = permitted.Reach.of(scope)
        for group_id in every_group:
            group = groups.get(scope, group_id)
            about = (scope.actor.role, group.display_name)
            is_open = offered(scope, group).members
            assert is_open is is_done(scope, group_members.add, group_id, [stranger_id]), about
            for person in group_search.find_members(scope, group, per_page=100).items if is_open else ():
                may = reach.may_take_out(scope, person.id, group.seq)
                assert may is is_done(scope, group_members.remove, group_id, [person.id]), (about, person.display_name)
            is_in = any(person.id == scope.actor.id for person in group_search.find_members(scope, group).items)
            if is_open and not is_in:
                joins = not reach.would_keep(group.seq)
                assert joins is is_done(scope, group_members.add, group_id, [scope.actor.id]), about


@only_sqlite
def test_groups_that_may_be_put_in_are_offered_and_no_others(ruled):
    scope, actors, every_group, _ = ruled
    outer_ids = [group_id for group_id in every_group if groups.get(scope, group_id).display_name.endswith("0 person")]
    for mine in actors:
        reach = permitted.Reach.of(mine)
        for outer in [groups.get(mine, group_id) for group_id in outer_ids]:
            if offered(mine, outer).members:
                left_out = reach.may_not_join(outer.seq)
                for inner in [groups.get(mine, group_id) for group_id in every_group if group_id != outer.id]:
                    about = (mine.actor.role, outer.display_name, inner.display_name)
                    assert (inner.seq not in left_out) is is_done(mine, group_members.add, outer.id, (), [inner.id]), (
                        about
                    )


@on_both
def test_a_group_that_gives_a_stronger_role_is_taken_out_by_nobody_weaker(scope, make_user, make_group):
    outer, plain, strong = make_group("Outer"), make_group("Plain"), make_group("Strong")
    role_rules.set_rule(scope, strong.id, Role.SUPER_ADMIN)
    for inner in (plain, strong):
        nesting.nest(scope, outer.id, inner.id)
    mine = person_scope(make_user("user_admin"))
    reach = permitted.Reach.of(mine)

    assert [reach.may_take_apart(group.seq, outer.seq) for group in (plain, strong)] == [True, False]
    assert [name for _, name in group_search.groups_by_hand(mine)] == ["Outer", "Plain"]
    assert [name for _, name in group_search.groups_by_hand(scope)] == ["Outer", "Plain", "Strong"]
    left_out = reach.may_not_join(plain.seq)
    assert [group.display_name for group in group_search.find_groups_to_add(mine, plain, "", left_out)] == []


@on_both
def test_whoever_has_their_role_through_a_group_learns_why_it_is_closed(scope, make_user, make_group, okta_scope):
    admin = make_user()
    ours, pushed = make_group("Ours", [admin]), make_group("Pushed", [admin], by=okta_scope)
    role_rules.set_rule(scope, ours.id, Role.USER_ADMIN)
    mine = person_scope(users.get(scope, admin.id))

    assert "only somebody else deletes it or takes you out" in offered(mine, groups.get(mine, ours.id)).why_not
    assert offered(mine, groups.get(mine, pushed.id)).why_not is None
    role_rules.set_rule(scope, pushed.id, Role.USER_ADMIN)
    assert "only somebody else breaks its link" in offered(mine, groups.get(mine, pushed.id)).why_not
    assert offered(mine, groups.get(mine, ours.id)).delete  # the other group gives the same


@on_both
def test_whoever_has_their_role_in_two_ways_may_end_one_of_them(scope, make_user, make_group):
    """Nothing was offered, for each group by itself gives the role."""
    admin = make_user()
    inner, outer, other = make_group("Inner", [admin]), make_group("Outer"), make_group("Other")
    for group in (outer, other):
        nesting.nest(scope, group.id, inner.id)
        role_rules.set_rule(scope, group.id, Role.USER_ADMIN)
    mine = person_scope(users.get(scope, admin.id))
    reach = permitted.Reach.of(mine)

    for group in (groups.get(mine, each.id) for each in (outer, other, inner)):
        offers = offered(mine, group)
        assert offers.delete is (group.seq != inner.seq) is is_done(mine, ACTIONS["delete"], group)
        assert (offers.why_not is None) is offers.delete
    assert reach.may_take_apart(inner.seq, outer.seq)
    assert is_done(mine, group_members.remove, outer.id, (), [inner.id])
    assert not reach.may_take_out(mine, admin.id, inner.seq)
    groups.remove(scope, other.id)
    assert not permitted.Reach.of(mine).may_take_apart(inner.seq, outer.seq)


@on_both
def test_an_empty_group_is_deleted_unless_a_rule_out_of_reach_goes_with_it(scope, make_user, make_group):
    """Rules are for those who may give their role, so nobody else ends one by deleting its group."""
    ruling, full = make_group("Ruling"), make_group("Full")
    empty, weak = make_group("Empty"), make_group("Weak")
    for group in (empty, weak):
        nesting.nest(scope, full.id, group.id)
    for group in (ruling, full):
        role_rules.set_rule(scope, group.id, Role.SUPER_ADMIN)
    role_rules.set_rule(scope, weak.id, Role.USER_ADMIN)
    mine = person_scope(make_user("user_admin"))

    for group, may in ((full, False), (ruling, False), (empty, True), (weak, True)):
        group = groups.get(mine, group.id)
        assert offered(mine, group).delete is may is is_done(mine, ACTIONS["delete"], group)
    for group in (weak, ruling):
        groups.remove(scope, group.id)
    assert [rule.group.id for rule in role_rules.list_rules(scope)] == [full.id]
    removed = db.session.scalars(scope.select(AuditEntry).where(AuditEntry.event == RoleRuleRemoved.name))
    assert [entry.target_label for entry in removed.all()] == ["Weak", "Ruling"]
