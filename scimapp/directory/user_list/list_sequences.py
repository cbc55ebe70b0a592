"""Which sequences of the database move when a list of people changes. Triggers of the tables move them, whoever writes
(decision 0134): for values those of the documents that they come from (decision 0139). SQLite writes down whom a change is about in
place of moving a sequence, and asks who is new (decision 0144).
"""

from sqlalchemy import Column
from sqlalchemy.sql import visitors

PEOPLE, STATES, VALUES, MEMBERS = "list_people", "list_states", "list_values", "list_members"
# Table → column → the sequence that moves when a value of it changes, or of the document that it comes from.
OF_COLUMNS = {
    "users": {
        **dict.fromkeys(
            ("id", "scim_id", "connection_id", "external_id", "user_name_key", "email_key", "order_key", "search_key", "role",
             "source", "created_at"), PEOPLE,
        ),
        "state": STATES,
    },
    "indexed_values": dict.fromkeys(("user_seq", "path_number", "element", "text_key", "number"), VALUES),
    "value_paths": dict.fromkeys(("number", "account_id", "path"), VALUES),
    "memberships": dict.fromkeys(("account_id", "group_seq", "user_seq"), MEMBERS),
    "nested_groups": dict.fromkeys(("account_id", "group_seq", "member_seq"), MEMBERS),
    "groups": dict.fromkeys(("account_id", "seq"), MEMBERS),
}  # fmt: skip
# Columns of ``users`` that move all its sequences: with another column, that one's is enough.
OF_WHOEVER_IS_HERE = ("seq", "account_id")


def sequences_of(query):
    """The sequences that move when a select of numbers may find others; none if it reads anything that moves none."""
    columns, tables, is_told = set(), set(), True

    def see_column(column):
        columns.update((base.table.name, base.name) for base in column.base_columns if isinstance(base, Column))

    def see_text(_text):
        nonlocal is_told
        is_told = False

    visitors.traverse(
        query, {}, {"column": see_column, "table": lambda table: tables.add(table.name), "textclause": see_text}
    )
    read = {column for column in columns if column[0] != "users" or column[1] not in OF_WHOEVER_IS_HERE}
    found = {OF_COLUMNS.get(table, {}).get(column) for table, column in read}
    if None in found or not is_told or not tables <= OF_COLUMNS.keys():
        return frozenset()
    is_of_people = any(table == "users" for table, _ in columns - read)
    return frozenset(found | {PEOPLE}) if is_of_people and not found & {PEOPLE, STATES} else frozenset(found)
