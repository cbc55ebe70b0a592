"""/Bulk: many operations in one request, each done or refused on its own (RFC 7644 §3.7).

Operations call the same functions as single requests and meet the same rules. An error is reported in the result of its
operation; the others go on, unless ``failOnErrors`` says otherwise. A hundred operations share a transaction as long as
none of them fails. If one fails, the transaction is undone and they are carried out again one by one, except when a commit
may have happened: then they are reported as failed and not repeated.

What ends the token, pauses the account or takes the maker's role meanwhile acts from the next transaction on (decision 0160).
"""

from itertools import groupby
from urllib.parse import unquote

import orjson
from flask import g
from msgspec import Struct, field

from ..database.repeats import committed, insist
from ..directory.availability import UNAVAILABLE
from ..directory.errors import DirectoryError
from ..directory.sql.chunks import in_chunks
from ..directory.unit_of_work import unit_of_work
from ..request_log import request_id
from ..scim import urns
from ..scim.bulk import leaving_out, makers_of, may_refer, parse_bulk, plan, resolve, unresolved
from ..scim.errors import Contradiction, InvalidValue, NotFound, ScimError, Unauthorized
from ..scim.version import Precondition
from . import errors, operations
from .access.gate import Paused, current_call, is_as_it_was, judge_again
from .blueprint import scim_api
from .requests.bodies import read_body
from .responses import json_answer

TOGETHER = 100  # operations in one transaction; other writers wait that long
_STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


@scim_api.post("/Bulk")
def bulk():
    """Carry out a BulkRequest."""
    call = current_call()
    call.go_back_to()
    _ = call.types, call.rules  # read what they are made of before the first transaction
    body = read_body()
    listed, fail_on_errors = parse_bulk(body, refers=may_refer(g.scim_body))
    call.summary = f"sent {len(listed)} operations at once"
    run = _Run(call, makers_of(listed), fail_on_errors)
    steps = plan(listed)
    for some in in_chunks(steps, TOGETHER):
        if run.is_over or not run.take_together(some):
            run.take_singly(some)
    results = [run.results[place] for place in sorted(run.results)]
    return json_answer({"schemas": [urns.BULK_RESPONSE], "Operations": results})


class _Run(Struct):
    """One Bulk request under way, with the result of each operation so far by its place."""

    call: object
    makers: dict  # bulkId → the operation that creates it
    fail_on_errors: int | None = None
    results: dict = field(default_factory=dict)
    ids: dict = field(default_factory=dict)  # bulkId → id of what was created
    is_broken: bool = False  # an unexpected error or an unavailable database: nothing more is tried

    @property
    def is_over(self):
        """Whether nothing more is tried."""
        failed = sum("response" in result for result in self.results.values())
        return self.is_broken or (self.fail_on_errors is not None and failed >= self.fail_on_errors)

    def take_together(self, steps):
        """Carry out steps in one transaction. Returns False, with nothing done, when one of them fails."""
        results, ids, so_far, before = dict(self.results), dict(self.ids), self.call.so_far(), committed()
        try:
            with unit_of_work(self.call.scope):
                # The first transaction was judged at the gate.
                if self.results and not is_as_it_was(self.call, g.request):
                    return False
                for creates, some in groupby(steps, key=_creates_person):
                    some = list(some)
                    if creates and len(some) > 1:
                        self._create_people([step.operation for step in some])
                        continue
                    for step in some:
                        self._take(step)
        except Exception as error:
            self.results, self.ids = results, ids
            self.call.go_back_to(so_far)
            if committed() == before:
                return False  # the same error is reported when its operation is carried out singly
            # They may be committed. A repeated POST would then be refused because its userName is taken.
            self.results |= {step.operation.place: self._refusal(step.operation, error) for step in steps}
        return True

    def take_singly(self, steps):
        """Carry out steps one by one, each in its own transaction, and keep the result of each."""
        for step in steps:
            if self.is_over and not self._is_half_done(step):
                continue
            operation = step.operation
            try:
                judge_again(self.call, g.request)
                insist(self._take_anew, step, self.call.so_far())
            except Exception as error:  # goes into the operation's result; unexpected ones are logged there too
                self.results[operation.place] = self._refusal(operation, error)

    def _is_half_done(self, step):
        """Whether a step gives something created the references that it lacks. An end by ``failOnErrors`` waits for that."""
        return step.completes and not self.is_broken and step.operation.bulk_id in self.ids

    def _take_anew(self, step, so_far):
        """Carry out a step. A repeat first forgets what the attempt before noted."""
        self.call.go_back_to(so_far)
        self._take(step)

    def _create_people(self, some):
        documents = operations.create_people(self.call, [self._resolved(operation, ())[1] for operation in some])
        for operation, document in zip(some, documents, strict=True):
            self.ids[operation.bulk_id] = document.id
            self.results[operation.place] = _named(operation) | _written(operation, document)

    def _take(self, step):
        operation = step.operation
        if step.completes and "response" in self.results[operation.place]:
            return
        done = self._complete(operation) if step.completes else self._carry_out(operation, step.without)
        self.results[operation.place] = _named(operation) | done

    def _carry_out(self, operation, without):
        if operation.problem is not None:
            raise operation.problem
        path, data = self._resolved(operation, without)
        resource_type, resource_id = self._target(path)
        if operation.method == "POST":
            if resource_id is not None:
                raise InvalidValue("POST goes to /Users or /Groups, without an id")
            document = operations.create(self.call, resource_type, data)
            self.ids[operation.bulk_id] = document.id
            return _written(operation, document)
        if resource_id is None:
            raise InvalidValue(f"{operation.method} needs the path of one resource, such as /Users/<id>")
        return self._change(operation, resource_type, resource_id, data)

    def _change(self, operation, resource_type, resource_id, data):
        asks = {"precondition": None if operation.version is None else Precondition(operation.version)}
        if operation.method == "DELETE":
            operations.remove(self.call, resource_type, resource_id, **asks)
            location = f"{self.call.addresses.base_url}{resolve(operation.path, self.ids)}"
            return {"location": location, "status": "204"}
        if operation.method == "PATCH":
            row = operations.patch(self.call, resource_type, resource_id, data, **asks)
            return _written(operation, operations.document(self.call, resource_type, row))
        return _written(operation, operations.replace(self.call, resource_type, resource_id, data, **asks))

    def _complete(self, operation):
        """PUT what was created again, now with the references that had to wait; remove it if that is refused."""
        resource_type, _ = self._target(operation.path)
        resource_id = self.ids[operation.bulk_id]
        try:
            _, data = self._resolved(operation, frozenset())
            return _written(operation, operations.replace(self.call, resource_type, resource_id, data))
        except (ScimError, DirectoryError) as error:
            self._take_back_those_with(operation)
            operations.remove(self.call, resource_type, resource_id)
            del self.ids[operation.bulk_id]  # only now: if the database undoes the removal, the step is repeated
            refused = errors.translated(error, request_id())
            raise Contradiction(
                f"the operations refer to each other in a circle that cannot be: {refused.detail}"
            ) from error

    def _take_back_those_with(self, leaving):
        """Remove the people created with a reference to what operation ``leaving`` had created, and so on around the circle.

        They would keep its id as that of their manager. Groups stay: who is removed is no member any more.
        """
        gone = [leaving]
        for operation in gone:  # it grows
            for other in self.makers.values():
                if other is leaving or other.bulk_id not in self.ids or operation.bulk_id not in other.references:
                    continue
                resource_type, _ = self._target(other.path)
                if resource_type is self.call.types.user:
                    operations.remove(self.call, resource_type, self.ids[other.bulk_id])
                    del self.ids[other.bulk_id]
                    error = Contradiction(f"it refers to operation {operation.place}, which was taken back")
                    self.results[other.place] = self._refusal(other, error)
                    gone.append(other)

    def _resolved(self, operation, without):
        """``(path, data)`` with bulkIds replaced by ids. ``data`` is a copy, because the operation may be repeated."""
        if not operation.references:
            return operation.path, orjson.loads(orjson.dumps(operation.data))
        data = leaving_out(operation.data, without) if without else operation.data
        path, data = resolve(operation.path, self.ids), resolve(data, self.ids)
        for name in unresolved([path, data]):
            if name in self.makers:
                raise InvalidValue(
                    f"bulkId:{name} was not created: see the answer to operation {self.makers[name].place}"
                )
            raise InvalidValue(f"bulkId:{name} is the bulkId of no operation that creates a resource")
        return path, data

    def _target(self, path):
        """``(resource type, id or None)`` of a path below the base URL."""
        endpoint, resource_id = _parts_of(path)
        for resource_type in self.call.types:
            if resource_type.description.endpoint.lower() == endpoint:
                return resource_type, resource_id
        raise NotFound(f"there is no resource at {path[:200]!r}")

    def _refusal(self, operation, error):
        """The result of an operation that failed with ``error``, or whose outcome ``error`` left unknown."""
        refused = self._refused(operation, error)
        result = _named(operation) | {"status": str(refused.status), "response": refused.to_dict()}
        if operation.method != "POST":
            result["location"] = f"{self.call.addresses.base_url}{resolve(operation.path, self.ids)}"
        return result

    def _refused(self, operation, error):
        if isinstance(error, (*UNAVAILABLE, Unauthorized, Paused)) and not self.results:
            raise error  # nothing was done yet: the client may repeat the whole request
        if not isinstance(error, (ScimError, DirectoryError)):
            self.is_broken = True
        return errors.translated(error, request_id()).within(f"operation {operation.place}")


def _creates_person(step):
    """Whether a step creates a person and refers to nothing: those that follow each other are taken at once."""
    operation = step.operation
    return (
        operation.method == "POST"
        and operation.problem is None
        and not operation.references
        and _parts_of(operation.path) == ("/users", None)
    )


def _parts_of(path):
    """``(endpoint in lower case, id or None)`` of a path below the base URL; ``(None, None)`` for any other path."""
    parts = [unquote(part) for part in path.partition("?")[0].partition("#")[0].split("/") if part]
    if not 1 <= len(parts) <= 2 or "\0" in parts[-1]:  # no database takes NUL in an id
        return None, None
    return f"/{parts[0]}".lower(), parts[1] if len(parts) == 2 else None


def _named(operation):
    return {"method": operation.method} | ({"bulkId": operation.bulk_id} if operation.bulk_id else {})


def _written(operation, document):
    return {
        "location": document.location,
        "version": document.etag,
        "status": str(_STATUS[operation.method]),
    }
