"""Pages of people, and questions that few people meet."""

from ..checks import shows, total
from ..load import Wrong
from .operation import Operation

PAGE = 100


def _page(is_last):
    def script(target, _client, _clients):
        while True:
            everybody = target.known.total
            start = max(1, everybody - PAGE + 1) if is_last else 1
            answer = yield target.wire.get(f"/Users?startIndex={start}&count={PAGE}")
            shows(answer, min(PAGE, everybody))
            if total(answer) != everybody:
                raise Wrong(f"told {total(answer)} people, there are {everybody}")

    return script


LISTS = (
    Operation("first-page", "first page of 100", _page(is_last=False), "F", 2.7),
    Operation("last-page", "last page of 100", _page(is_last=True), "F", 2.7),
)
