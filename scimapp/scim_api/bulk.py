"""/Bulk: many operations in one request, each in a transaction of its own (RFC 7644 §3.7).

The same functions as single requests, so the same rules. What fails is told in the answer to its operation; the others
go on, unless ``failOnErrors`` says otherwise.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ..directory.availability import UNAVAILABLE
from ..directory.errors import DirectoryError
from ..request_log import request_id
from ..scim import urns
from ..scim.bulk import leaving_out, parse_bulk, plan, resolve, unresolved
from ..scim.errors import Conflict, InvalidValue, NotFound, ScimError
from . import errors, operations
from .blueprint import scim_api
from .gate import current_call
from .requests import read_body
from .responses import json_answer

_STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


@scim_api.post("/Bulk")
def bulk():
    """Carry out a BulkRequest."""
    call = current_call()
    listed, fail_on_errors = parse_bulk(read_body())
    call.summary = f"sent {len(listed)} operations at once"
    run = _Run(call, {operation.bulk_id: operation for operation in listed if operation.method == "POST"})
    for step in plan(listed):
        run.take(step)
        if run.is_broken or (fail_on_errors and run.failed >= fail_on_errors):
            break
    results = [run.results[place] for place in sorted(run.results)]
    return json_answer({"schemas": [urns.BULK_RESPONSE], "Operations": results})


@dataclass
class _Run:
    """One Bulk request under way: what came of each operation so far, by its place."""

    call: object
    makers: dict  # bulkId → the operation that creates it
    results: dict = field(default_factory=dict)
    ids: dict = field(default_factory=dict)  # bulkId → id of what was created
    is_broken: bool = False  # a fault of ours: nothing more is tried

    @property
    def failed(self):
        return sum("response" in result for result in self.results.values())

    def take(self, step):
        """Carry out one step and keep its result."""
        operation = step.operation
        if step.completes and "response" in self.results[operation.place]:
            return
        result = {"method": operation.method} | ({"bulkId": operation.bulk_id} if operation.bulk_id else {})
        try:
            done = self._complete(operation) if step.completes else self._carry_out(operation, step.without)
            self.results[operation.place] = result | done
        except Exception as error:  # told in the answer to its operation; a fault of ours is logged there too
            refused = self._refused(operation, error)
            if operation.method != "POST":
                result["location"] = f"{self.call.addresses.base_url}{resolve(operation.path, self.ids)}"
            self.results[operation.place] = result | {"status": str(refused.status), "response": refused.to_dict()}

    def _carry_out(self, operation, without):
        if operation.problem is not None:
            raise operation.problem
        path, data = self._resolved(operation, without)
        bound, resource_id = self._target(path)
        if operation.method == "POST":
            if resource_id is not None:
                raise InvalidValue("POST goes to /Users or /Groups, without an id")
            document = operations.create(self.call, bound, data)
            self.ids[operation.bulk_id] = document.id
            return _written(operation, document)
        if resource_id is None:
            raise InvalidValue(f"{operation.method} needs the path of one resource, such as /Users/<id>")
        return self._change(operation, bound, resource_id, data)

    def _change(self, operation, bound, resource_id, data):
        version = {"if_match": operation.version}
        if operation.method == "DELETE":
            operations.remove(self.call, bound, resource_id, **version)
            return {"location": f"{self.call.addresses.base_url}{operation.path}", "status": "204"}
        if operation.method == "PATCH":
            operations.patch(self.call, bound, resource_id, data, **version)
            return _written(operation, operations.get(self.call, bound, resource_id))
        return _written(operation, operations.replace(self.call, bound, resource_id, data, **version))

    def _complete(self, operation):
        """Put what was created again, now with the references that had to wait; what cannot be is not kept."""
        bound, _ = self._target(operation.path)
        resource_id = self.ids[operation.bulk_id]
        try:
            _, data = self._resolved(operation, frozenset())
            return _written(operation, operations.replace(self.call, bound, resource_id, data))
        except (ScimError, DirectoryError) as error:
            del self.ids[operation.bulk_id]
            operations.remove(self.call, bound, resource_id)
            refused = errors.translated(error, request_id())
            raise Conflict(
                f"the operations refer to each other in a circle that cannot be: {refused.detail}"
            ) from error

    def _resolved(self, operation, without):
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
        parts = [unquote(part) for part in urlsplit(path).path.split("/") if part]
        bound = next(
            (
                bound
                for bound in self.call.types
                if parts and bound.description.endpoint.lower() == f"/{parts[0]}".lower()
            ),
            None,
        )
        if bound is None or len(parts) > 2 or "\0" in path:
            raise NotFound(f"there is no resource at {path[:200]!r}")
        return bound, parts[1] if len(parts) == 2 else None

    def _refused(self, operation, error):
        if not isinstance(error, (ScimError, DirectoryError, *UNAVAILABLE)):
            self.is_broken = True
        return errors.translated(error, request_id()).within(f"operation {operation.place}")


def _written(operation, document):
    return {
        "location": document.location,
        "version": document.etag,
        "status": str(_STATUS[operation.method]),
    }
