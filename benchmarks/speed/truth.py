"""Checks after the load that the server holds what was written: totals, a sample of people, and all memberships."""

import json
import random

from .bodies import ENTERPRISE
from .checks import counts, expect
from .load import Wrong, drive

SAMPLE = 60  # people who were written, and as many who were not


def compare(target, server):
    """The differences between what was written and what is there, one line each."""
    complaints = []
    came = drive([(server.port, _script(target, complaints))], 600)
    if came.complaint:
        complaints.append(came.complaint)
    complaints += server.complaints_of_locks
    return [f"{target.name}: {one}" for one in complaints]


def _script(target, complaints):
    known, wire, chance = target.known, target.wire, random.Random(1)
    counts((yield wire.get("/Users?count=0")), known.total)
    touched = list(known.touched)
    sample = chance.sample(touched, min(SAMPLE, len(touched)))
    sample += chance.sample(list(known.people), min(SAMPLE, len(known.people)))
    for id_ in sample:
        answer = yield wire.get(f"/Users/{id_}")
        expect(answer, 200)
        complaints += _differences(known.people[id_], json.loads(answer.text()), target.extension)
    for id_ in chance.sample(sorted(known.deleted), min(SAMPLE, len(known.deleted))):
        expect((yield wire.get(f"/Users/{id_}")), 404)
    for group in (one for groups in target.groups.values() for one in groups):
        answer = yield wire.get(f"/Groups/{group.id}")
        expect(answer, 200)
        members = {one["value"] for one in json.loads(answer.text()).get("members", ())}
        if members != group.members:
            complaints.append(
                f"{group.name}: {len(members - group.members)} too many, {len(group.members - members)} missing"
            )
    yield from _belongs(target)


def _belongs(target):
    """One member of each group shows the group among its own."""
    for group in (groups[0] for groups in target.groups.values() if groups):
        if group.members:
            answer = yield target.wire.get(f"/Users/{min(group.members)}")
            expect(answer, 200)
            if group.id.encode() not in answer.text():
                raise Wrong(f"{group.name} is not among the groups of its member {min(group.members)}")


def _differences(one, shown, extension):
    wanted = {
        "userName": one.user_name,
        "externalId": one.external_id,
        "active": one.active,
        "title": one.title,
        "givenName": one.given,
        "familyName": one.family,
        "department": one.department,
        "emails": [one.email],
    }
    found = {name: shown.get(name) for name in ("userName", "externalId", "active", "title")}
    found |= {name: shown.get("name", {}).get(name) for name in ("givenName", "familyName")}
    found["department"] = shown.get(ENTERPRISE, {}).get("department")
    found["emails"] = [email["value"] for email in shown.get("emails", ())]
    if extension:
        wanted |= one.custom
        found |= {name: shown.get(extension, {}).get(name) for name in one.custom}
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{one.id} {name}: {found[name]!r}, written was {value!r}"
