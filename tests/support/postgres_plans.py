"""What Postgres reads for a statement when it plans once for all values, as it does for those that come again and again."""

from contextlib import contextmanager
from itertools import takewhile

from scimapp.database import run


def plan(statement):
    """The lines of the plan that knows no values."""
    run("SET plan_cache_mode = force_generic_plan")
    try:
        run(f"PREPARE looked_at AS {statement}")
        values = ", ".join(["NULL"] * (max(number for number in range(1, 99) if f"${number}" in statement)))
        return [line for (line,) in run(f"EXPLAIN EXECUTE looked_at({values})").fetchall()]
    finally:
        run("DEALLOCATE looked_at")
        run("RESET plan_cache_mode")


def below(step, lines):
    """The lines of a plan that belong to its first step of this name, such as "Limit"."""
    number, depth = next((number, line.index("->")) for number, line in enumerate(lines) if f"->  {step}  (" in line)
    return list(takewhile(lambda line: not line[: depth + 1].strip(), lines[number + 1 :]))


@contextmanager
def planned_without(*ways):
    """Postgres avoids these ways of reading ("seqscan", "hashjoin" …), as it does with more rows than a test has."""
    for way in ways:
        run(f"SET enable_{way} = off")
    try:
        yield
    finally:
        for way in ways:
            run(f"RESET enable_{way}")
