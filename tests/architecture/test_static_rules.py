"""What the source never does, because it is how such programs are broken into (security S5, T4, V7).

Each exception stands here with its reason; one that is no longer used fails as well.
"""

import ast
import re

from .source import ROOT, modules, nodes

# (module, what it calls or imports) → why it may.
EXCEPTIONS = {
    ("gunicorn_conf", "ctypes"): "one call of the C library with two constants, which has no other door",
    ("database.sqlite.memory", "ctypes"): "one call of SQLite with two constants, for which the driver has no door",
    ("serving.large_pages", "ctypes"): "tells Linux where our memory may lie; it stays the same",
    ("backup.postgres", "subprocess"): "calls pg_dump, pg_restore and psql without a shell; an operator names the file",
    ("web.direction", "Markup"): "leaves characters out of what was markup before; adds none",
    ("cli.demo.people", "random"): "people of a demonstration are the same for the same seed; no secret is made",
    ("cli.demo.calls", "random"): "the same for its calls",
    ("scim_api.calls.call_causes", "vars"): "reads what an error says of itself; nothing of it is written",
    ("directory.accounts.accounts", "alter"): "names from a table of options",
    ("directory.accounts.account_settings", "alter"): "names from a table of settings",
    ("directory.batches.batches", "setattr"): "names of keyword arguments of this module",
    ("directory.events", "setattr"): "alter, whose callers stand here themselves",
    ("directory.fields.field_edits", "alter"): "fields of a dataclass",
    ("directory.erasure.erasure", "setattr"): "columns that a Profile works out",
    ("directory.people.own_profile", "alter"): "names from a table of what is one's own",
    ("directory.people.returning", "setattr"): "columns that a Profile works out",
    ("directory.people.users", "setattr"): "columns that a Profile works out",
    ("texts", "normalize"): "cuts long runs of marks, whose sorting takes a time that grows with their square",
    ("web.template_helpers", "Markup"): "sentences of our own catalogues; their values are escaped",
}
COMPILES = (
    "directory.sql.functions",
    "directory.sql.lists",
)  # put compiled elements together, in which every value is a bound parameter
CALLS = frozenset(
    "eval exec compile __import__ Markup setattr alter globals locals vars literal_column load_string render_template_string "
    "from_string md5 sha1 mktemp normalize".split()
)
IMPORTS = frozenset("pickle marshal shelve yaml subprocess random xml telnetlib ftplib ctypes".split())
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY)\b")
SECRET_WORDS = re.compile(r"token_hash|password_hash|secret|digest|nonce|signature|checksum", re.IGNORECASE)


def found():
    """``{(module, name)}`` of every call and import of these names."""
    uses = set()
    for _, name, tree in modules():
        for node in nodes(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in CALLS and not _is_harmless(called, node):
                    uses.add((name, called))
            elif isinstance(node, ast.Import):
                uses |= {(name, alias.name) for alias in node.names if alias.name.partition(".")[0] in IMPORTS}
            elif (
                isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in IMPORTS and not node.level
            ):
                uses.add((name, node.module))
    return uses


def _is_harmless(called, node):
    """``re.compile``, a constant piece of SQL, and an object that fills in its own attributes."""
    first = node.args[0] if node.args else None
    return (
        (called == "compile" and isinstance(node.func, ast.Attribute))
        or (called == "literal_column" and isinstance(first, ast.Constant))
        or (called == "setattr" and getattr(first, "id", "") == "self")
    )


def test_nothing_is_run_parsed_or_drawn_by_lot_that_should_not_be():
    uses = found()

    assert uses - set(EXCEPTIONS) == set(), "do without, or give a reason here"
    assert set(EXCEPTIONS) - uses == set(), "reasons for uses that are gone"


def test_no_sql_is_put_together_from_text():
    """SQL with values in it would be an f-string, a sum of texts, or the % and format of one."""
    woven = []
    for path, name, tree in modules():
        for node in nodes(tree) if name not in COMPILES else ():
            if isinstance(node, ast.JoinedStr):
                text = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
                is_woven = any(isinstance(part, ast.FormattedValue) for part in node.values)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                sides = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
                text, is_woven = " ".join(side for side in sides if isinstance(side, str)), True
            else:
                continue
            if is_woven and SQL.search(text):
                woven.append(f"{path}:{node.lineno} {text[:60]}")
    assert not woven, woven


def test_no_secret_is_compared_letter_by_letter():
    """A secret is looked up by its digest, or compared in constant time; never with ==."""
    compared = []
    for path, _, tree in modules():
        for node in nodes(tree):
            if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                continue
            named = [
                side.attr if isinstance(side, ast.Attribute) else getattr(side, "id", "")
                for side in (node.left, *node.comparators)
            ]
            is_query = any(isinstance(side, ast.Attribute) and getattr(side.value, "id", "")[:1].isupper() for side in (node.left, *node.comparators))  # fmt: skip
            if (
                any(SECRET_WORDS.search(each) for each in named)
                and not is_query
                and not any(each.isupper() for each in named)
            ):
                compared.append(f"{path}:{node.lineno}")
    assert not compared, compared


def test_pages_load_nothing_from_elsewhere():
    """A page behind a mailed link would tell others its address; a sheet or script of others could read the page."""
    loading = re.compile(r"<(?:script|link|img|iframe|source|form|object|embed)\b[^>]*\b(?:src|href|action|data)=[\"']?(?:https?:)?//", re.I)  # fmt: skip
    texts = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static" / "css").rglob("*.css"),
        *(ROOT / "static" / "js").rglob("*.js"),
    ]
    assert {path.suffix for path in texts} == {".html", ".css", ".js"}
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert not loading.search(text), path
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", text), path
        assert not re.search(r"\binnerHTML\s*=(?!=)\s*[^;]*[`+]|document\.write|\beval\(|new Function", text), path
