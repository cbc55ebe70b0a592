"""What Postgres reads for a statement when it plans once for all values, as it does for those that come again and again."""

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
