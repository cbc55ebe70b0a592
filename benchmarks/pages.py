"""The pages that ``benchmarks.lists`` measures. To add one, add a Page: its address, and how many it must find.

``found`` takes the Crowd and returns the number that the page must show, None if it shows none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from .crowd import BIG_GROUP


@dataclass(frozen=True, slots=True)
class Page:
    """``area`` is what ``--only`` chooses by."""

    area: str
    name: str
    address: str
    found: Callable | None = None


def _people(name, holds=lambda person: True, **query):
    return Page("people", name, f"/users?{urlencode(query, doseq=True)}", lambda crowd: crowd.count(holds))


def _is_in_big_group(person):
    return BIG_GROUP in person.groups


def _sorted(key):
    return _people(f"sorted by {key}", sort=key)


PAGES = (
    _people("first page"),
    _people("100 rows", per=100),
    _people("page 1,000", page=1_000),
    _people("last page", page=4_000),
    *(
        _sorted(key)
        for key in (
            "-name", "state", "-state", "role", "-role", "source", "-source", "title", "-title", "department",
            "employee_number", "email", "-email", "user_name", "-user_name", "external_id", "-external_id",
            "given_name", "-family_name", "city", "created", "-created", "updated", "-updated", "last_sign_in",
            "-last_sign_in", "custom.site", "-custom.site", "custom.weekly_hours", "-custom.weekly_hours",
            "custom.start_date", "-custom.start_date",
        )
    ),
    _people("sorted by title, page 1,000", sort="title", page=1_000),
    _people("sorted by start date, page 3,900", sort="custom.start_date", page=3_900),
    _people("sorted by hours, page 3,600", sort="custom.weekly_hours", page=3_600),
    _people("sorted by last sign-in, page 3,000", sort="-last_sign_in", page=3_000),
    _people("sorted by user name, page 2,000", sort="user_name", page=2_000),
    _people("sorted by external ID, page 3,400", sort="external_id", page=3_400),
    _people("active", lambda person: person.state == "active", state="active"),
    _people("active, page 1,000", lambda person: person.state == "active", state="active", page=1_000),
    _people("active by title", lambda person: person.state == "active", state="active", sort="title"),
    _people("invited", lambda person: person.state == "invited", state="invited"),
    _people("inactive by last sign-in", lambda person: person.state == "inactive", state="inactive", sort="-last_sign_in"),
    _people("role", lambda person: person.role == "user_admin", role="user_admin"),
    _people("from Okta", lambda person: person.source == "okta", source="okta"),
    _people("from Okta by created", lambda person: person.source == "okta", source="okta", sort="-created"),
    _people("by hand", lambda person: person.source == "hand", source="hand"),
    _people("from a file", lambda person: person.source == "file", source="file"),
    _people("one group", lambda person: "Group 0007" in person.groups, group="Group 0007"),
    _people("group and state", lambda person: "Group 0007" in person.groups and person.state == "active",
            group="Group 0007", state="active"),
    _people("group of many", _is_in_big_group, group=BIG_GROUP),
    _people("group of many, page 1,400", _is_in_big_group, group=BIG_GROUP, page=1_400),
    _people("group of many by title, page 1,400", _is_in_big_group, group=BIG_GROUP, sort="title", page=1_400),
    _people("group of many and title, page 170", lambda person: _is_in_big_group(person) and person.title == "Baker",
            group=BIG_GROUP, f="title:is:Baker", page=170),
    _people("group of many with a site, page 1,200", lambda person: _is_in_big_group(person) and person.site is not None,
            group=BIG_GROUP, f="custom.site:filled", page=1_200),
    _people("search, many", lambda person: "lovelace" in person.name.lower(), q="lovelace"),
    _people("search, one", lambda person: person.email == "person4711@crowd.example", q="person4711@"),
    _people("search, everybody", q="crowd.example"),
    _people("search, everybody, page 2,000", q="crowd.example", page=2_000),
    _people("search, nobody", lambda person: False, q="nobody of this name"),
    _people("search by created", lambda person: "hopper" in person.name.lower(), q="hopper", sort="-created"),
    _people("search by title", lambda person: "hopper" in person.name.lower(), q="hopper", sort="title"),
    _people("site is", lambda person: person.site == "Hull", f="custom.site:any:Hull"),
    _people("site is not", lambda person: person.site != "Hull", f="custom.site:none:Hull"),
    _people("site is empty", lambda person: person.site is None, f="custom.site:empty"),
    _people("site is filled, page 1,800", lambda person: person.site is not None, f="custom.site:filled", page=1_800),
    _people("site is, page 300", lambda person: person.site == "Hull", f="custom.site:any:Hull", page=300),
    _people("no site and no hours, page 40", lambda person: person.site is None and person.hours is None,
            f=("custom.site:empty", "custom.weekly_hours:empty"), page=40),
    _people("site by site", lambda person: person.site in ("Hull", "Lyon"), f="custom.site:any:Hull|Lyon",
            sort="custom.site"),
    _people("hours between", lambda person: person.hours is not None and 30 <= person.hours <= 38,
            f="custom.weekly_hours:between:30..38"),
    _people("started before", lambda person: (person.started or "9") < "2015", f="custom.start_date:before:2015-01-01"),
    _people("title contains", lambda person: "man" in person.title.lower(), f="title:contains:man"),
    _people("title is filled, page 2,000", lambda person: bool(person.title), f="title:filled", page=2_000),
    _people("title starts", lambda person: person.title.startswith("Field"), f="title:starts:field"),
    _people("e-mail contains", lambda person: "77" in person.email, f="email:contains:77"),
    _people("user name contains, page 800", lambda person: "7" in person.email, f="user_name:contains:7", page=800),
    _people("created at all", f="created:filled"),
    _people("four filters", lambda person: person.state == "active" and person.source == "okta"
            and person.site == "Hull" and person.title == "Baker",
            state="active", source="okta", f=("custom.site:any:Hull", "title:is:Baker")),
    _people("all columns", per=100, col=("state", "role", "source", "groups", "title", "department", "manager",
            "custom.site", "custom.weekly_hours", "created", "updated", "last_sign_in")),
    Page("groups", "groups", "/groups"),
    Page("groups", "groups, page 50", "/groups?page=50"),
    Page("groups", "groups by members", "/groups?sort=-members"),
    Page("groups", "search", "/groups?q=77"),
    Page("groups", "empty groups", "/groups?attention=empty"),
    Page("groups", "group of many", "/groups/group-Group 0000"),
    Page("groups", "group of many, page 1,400", "/groups/group-Group 0000?page=1400"),
    Page("groups", "group of many, last page", "/groups/group-Group 0000?page=9000"),
    Page("groups", "group of many, search", "/groups/group-Group 0000?q=hopper"),
    Page("groups", "group of few", "/groups/group-Group 0007"),
    Page("groups", "people to add to a group", "/groups/group-Group 0007/members/options?q=hop"),
    Page("groups", "everyone", "/groups/everyone"),
    Page("groups", "everyone, page 1,000", "/groups/everyone?page=1000"),
    Page("groups", "everyone, search", "/groups/everyone?q=hopper"),
    Page("person", "person", "/users/person-77"),
    Page("fields", "custom fields", "/fields"),
    Page("fields", "one field", "/fields/site"),
    Page("outbox", "mails", "/outbox"),
    Page("outbox", "failed mails", "/outbox?state=failed"),
    Page("outbox", "sent mails", "/outbox?state=sent"),
    Page("outbox", "mails of a kind", "/outbox?kind=invitation"),
    Page("outbox", "mails of a kind that is rare", "/outbox?kind=seats_full"),
    Page("outbox", "mails, far back", "/outbox?before=2000"),
    Page("outbox", "search by name", "/outbox?q=hopper"),
    Page("outbox", "search by address", "/outbox?q=person4711@"),
    Page("outbox", "search, nobody", "/outbox?q=nobody+of+this+name"),
    Page("audit", "audit log", "/audit"),
    Page("audit", "audit log, far back", "/audit?before=2000"),
    Page("audit", "by a name", "/audit?target=hopper"),
    Page("audit", "by a name, nobody", "/audit?target=nobody+of+this+name"),
    Page("audit", "by who did it", "/audit?who=okta"),
    Page("audit", "by who did it, nobody", "/audit?who=nobody"),
    Page("audit", "by what was done", "/audit?what=person+added"),
    Page("audit", "by what was never done", "/audit?what=token"),
    Page("audit", "of a person", "/audit?target=person-77"),
    Page("audit", "of a batch", "/audit?batch=batch-of-everybody"),
    Page("batches", "batches", "/batches"),
    Page("batches", "batches, last page", "/batches?page=20"),
    Page("batches", "batch of everybody", "/batches/batch-of-everybody"),
    Page("batches", "batch of everybody, far on", "/batches/batch-of-everybody?done=1000&skipped=50"),
    Page("import", "preview of 10,000 rows", "/users/import/import-of-many"),
    Page("import", "preview, all rows, far on", "/users/import/import-of-many?show=all&page=100"),
    Page("settings", "roles", "/settings/roles"),
    Page("settings", "roles, search", "/settings/roles?q=hopper"),
    Page("settings", "role rules", "/settings/rules"),
    Page("me", "own profile", "/me"),
    Page("provisioning", "connection", "/provisioning"),
    Page("log", "calls of a day", "/provisioning/log"),
    Page("log", "calls, everything kept", "/provisioning/log?days=all"),
    Page("log", "calls, far back", "/provisioning/log?days=all&before=20000"),
    Page("log", "failed calls of 30 days", "/provisioning/log?days=30&result=failed"),
    Page("log", "rare operation", "/provisioning/log?days=all&operation=delete&result=failed"),
    Page("log", "calls about one person", "/provisioning/log?target=person-77"),
    Page("log", "search by name", "/provisioning/log?days=all&q=hopper"),
    Page("log", "search, nobody", "/provisioning/log?days=all&q=nobody+of+this+name"),
    Page("log", "one call", "/provisioning/log/0000000000000100?days=all"),
)  # fmt: skip
