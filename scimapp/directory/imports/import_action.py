"""Carries out a row of an imported file: executes the plan of the preview by the functions that all fronts use."""

from ..batches.batch_registry import Action, Done, Skipped
from ..changes import UserDraft
from ..errors import StaleVersion
from ..people import newcomers, users
from ..roles import Role
from ..unit_of_work import unit_of_work
from ..user_list.search import FILE_SOURCE
from ..words import say
from . import import_managers
from .import_plans import ACTION, ACTIVE, INACTIVE, MANAGER_ROW, changes_of


class Import(Action):
    """The option ``starts_as`` says how new people start, see ``import_plans``."""

    name, label = ACTION, say("Import")

    def carry_out(self, run, item, depth=0):
        write = item.content["write"]
        with unit_of_work(run.scope) as work:
            newcomers.hold(work, write.get("groups", ()))
        manager = import_managers.manager_of(self, run, item, depth)
        if manager is not None:
            write = write | {"enterprise": write.get("enterprise", {}) | {"manager": manager}}
        if item.user_id is None:
            row = users.provision(run.scope, _draft(write, run.options["starts_as"]))
        else:
            row = _changed(run.scope, item.user_id, item.content["version"], write)
        newcomers.join(run.scope, row, write.get("groups", ()))
        # The cells are no longer needed; a row that failed keeps its own.
        return Done(content=None, user_id=row.id, label=row.display_name)


def _draft(write, starts_as):
    return UserDraft(
        core=write["core"],
        enterprise=write.get("enterprise", {}),
        custom=write.get("custom", {}),
        active=starts_as != INACTIVE,
        external_id=write.get("external_id"),
        role=Role(write.get("role", Role.MEMBER)),
        invite=starts_as == ACTIVE,
        source=FILE_SOURCE,
    )


def _changed(scope, user_id, version, write):
    try:
        if write.keys() - {"groups", MANAGER_ROW}:
            return users.update(scope, user_id, changes_of(write), version=version)
        row = users.get(scope, user_id)
        if row.version != version:
            raise StaleVersion(row.version)
        return row
    except StaleVersion as error:
        raise Skipped(say("Somebody changed this person after the preview.")) from error
