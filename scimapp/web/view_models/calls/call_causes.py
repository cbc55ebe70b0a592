"""Why calls are refused or warned about, in words: one table by cause (``scim_api.calls.call_causes`` names the causes).

``%(name)s`` stands for a fact of the call; ``call_paragraphs`` lists these facts. ``call_fixes`` says how to mend each
cause.
"""

from flask_babel import lazy_gettext as _l
from msgspec import Struct


class Cause(Struct, frozen=True):
    """``reason`` ends the sentence in the list, ``meaning`` explains it on the call's page, ``hint`` is the next step."""

    reason: object
    meaning: object
    hint: object = None


TAKEN = {
    "user_name": (_l("user name already in use"), _l("That user name")),
    "email": (_l("e-mail address already in use"), _l("That e-mail address")),
}
HELD = _l("%(what)s belongs to %(holder)s already, and each is given once.")
GONE = _l("The ID belongs to %(target)s, whom a directory removed: for SCIM the person is no longer there.")
CAUSES = {
    "taken": Cause(
        _l("already in use"),
        _l("Somebody here has this value already, and each is given once."),
        _l("Link the two, or change one of the values."),
    ),
    "external_id": Cause(
        _l("External ID already in use"),
        _l("The External ID “%(value)s” belongs to somebody else whom this directory manages."),
        _l("Two people of the directory have one ID, or one was copied."),
    ),
    "group_name": Cause(
        _l("a group of this name exists"),
        _l("The group %(holder)s is here already, and this account takes each name once."),
        _l("Link the group here, or rename one of them."),
    ),
    "owner": Cause(
        _l("the Account Owner is protected"),
        _l("An account keeps its owner: no directory deactivates, removes or renames the Account Owner."),
        _l("Transfer ownership first."),
    ),
    "above": Cause(
        _l("above the role of the token"),
        _l(
            "A token may do what the person who made it may do. %(target)s has a role that the maker of the token "
            "“%(label)s” may not change."
        ),
        _l("Use a token that a Super Admin or the Account Owner made."),
    ),
    "seats": Cause(
        _l("no free seat"),
        _l("All %(seats)s seats of this account are in use."),
        _l("Deactivate somebody or raise the limit."),
    ),
    "forbidden": Cause(_l("not allowed"), _l("The rules of this account do not allow it."), None),
    "not_found": Cause(
        _l("not in this account or removed"),
        _l("The ID belongs to nothing in this account, or to something that was removed."),
        _l("The directory remembers an ID that is gone here."),
    ),
    "unknown_members": Cause(
        _l("members who are not here"),
        _l("The push names people who are not in this account, and this account refuses such pushes."),
        _l("Assign the people first, then push the group."),
    ),
    "stale": Cause(
        _l("somebody was faster"),
        _l("It was changed here after the directory had read it, and the directory asked not to overwrite that."),
        _l("The directory reads it again and repeats."),
    ),
    "no_token": Cause(
        _l("no token"),
        _l("The call carried no bearer token at all."),
        _l("Send the token as “Authorization: Bearer …”."),
    ),
    "cut_token": Cause(
        _l("the token was cut short or mistyped"),
        _l("It begins like a token of ours but is not whole. It ended in “%(hint)s”."),
        _l("Paste the whole token again."),
    ),
    "unknown_token": Cause(
        _l("unknown token"),
        _l("The call carried a token that this account does not know. It looks like another product's token."),
        _l("Give the directory a token of this account."),
    ),
    "revoked_token": Cause(
        _l("the token “%(label)s” was revoked"),
        _l("The token “%(label)s” was revoked on %(ended)s, and someone still uses it."),
        _l("Someone still uses the old token. Give the directory the new one."),
    ),
    "ended_token": Cause(
        _l("the token “%(label)s” ended on %(ended)s"),
        _l("The token “%(label)s” ended on %(ended)s, and someone still uses it."),
        _l("Someone still uses the old token. Give the directory the new one."),
    ),
    "draft_token": Cause(
        _l("the token “%(label)s” is not saved yet"),
        _l("The token was made but never saved, so it does not work yet."),
        _l("Save it in Configure SCIM, or generate another one."),
    ),
    "too_fast": Cause(
        _l("too many calls"),
        _l("The directory called faster than this server answers one token, and was asked to wait %(seconds)s s."),
        _l("Directories wait and go on by themselves."),
    ),
    "too_large": Cause(
        _l("too large"),
        _l("The body had %(size)s, which is more than is read. It was not looked at."),
        _l("Send less at once."),
    ),
    "media": Cause(
        _l("not sent as JSON"),
        _l("The body was not declared as JSON, or it was compressed. It was not looked at."),
        _l("Send application/scim+json, uncompressed."),
    ),
    "method": Cause(_l("a method that is not offered here"), _l("%(method)s is not offered at this URL.")),
    "url": Cause(
        _l("there is nothing at this URL"),
        _l("The path %(path)s names nothing that this server has."),
        _l("The base URL ends in /v2, without /Users."),
    ),
    "version": Cause(
        _l("another version of SCIM"),
        _l("The URL asks for another version of SCIM; this server speaks version 2."),
        _l("Use the SCIM 2.0 connector and the base URL of SCIM connection."),
    ),
    "filter": Cause(
        _l("the filter cannot be understood"),
        _l("The filter is malformed or names something that cannot be searched."),
    ),
    "filter_at": Cause(
        _l("the filter cannot be understood at position %(position)s"),
        _l("The filter is malformed at position %(position)s."),
    ),
    "sensitive": Cause(
        _l("a search for a password"),
        _l("Passwords cannot be searched for, and would stand in the URL. What was sent is not kept here."),
    ),
    "too_many": Cause(_l("too much was asked for"), _l("The answer would be more than this server works through.")),
    "path": Cause(
        _l("unknown attribute “%(quoted)s”"),
        _l("A path in the change names no attribute of the schema."),
        _l("Correct the attribute mapping."),
    ),
    "path_somewhere": Cause(
        _l("an unknown attribute"),
        _l("A path in the change names no attribute of the schema."),
        _l("Correct the attribute mapping."),
    ),
    "no_target": Cause(
        _l("nothing to change there"),
        _l("The change selects a value that the record does not have."),
        _l("The directory believes something that is not so here; a full sync mends it."),
    ),
    "mutability": Cause(_l("a value that cannot be changed"), _l("The attribute is kept by this server alone.")),
    "value": Cause(
        _l("the value of %(attribute)s does not fit"),
        _l("“%(value)s” is no value for %(attribute)s."),
        _l("Correct the value or its type in the directory."),
    ),
    "required": Cause(
        _l("the value of %(attribute)s does not fit"),
        _l("The value of %(attribute)s is missing or does not fit."),
        _l("Map the attribute in the directory, or correct its value there."),
    ),
    "value_somewhere": Cause(_l("a value does not fit"), _l("A value does not fit its attribute.")),
    "syntax": Cause(_l("not understood"), _l("The request is not what the standard says.")),
    "not_offered": Cause(_l("not offered"), _l("The standard leaves this open, and this server does not offer it.")),
    "busy": Cause(
        _l("the server was busy"),
        _l("The database did not answer in time. The directory was asked to try again."),
        _l("Directories try again by themselves."),
    ),
    "paused": Cause(
        _l("SCIM is paused"),
        _l("An administrator paused SCIM here. The directory was asked to try again later; nothing is lost."),
        _l("Press “Resume” on SCIM connection."),
    ),
    "stopped": Cause(
        _l("too many deactivations at once"),
        _l("The account asks first when so many people would be deactivated at once. The directory tries again later."),
        _l("Let them through or keep blocking, on SCIM connection."),
    ),
    "fault": Cause(
        _l("a fault of this server"),
        _l("The server failed. Its log tells more under the request ID."),
        _l("Tell your operator the request ID."),
    ),
}
WARNINGS = {
    "skipped": _l("%(count)s of %(sent)s members skipped: not known here"),
    "skipped_some": _l("%(count)s members skipped: not known here"),
    "namespace": _l("Unknown namespace ignored: %(urn)s"),
    "ignored": _l("%(text)s"),
    "bulk": _l("%(failed)s of %(count)s operations refused"),
}
EXPLAINED = {
    "skipped": _l(
        "The group was updated, but these members belong to nobody in this account and were left out. People must be "
        "here before a group can name them."
    ),
    "namespace": _l(
        "Everything else was taken over, but the values under %(urn)s were left out: no schema here has that name. "
        "Usually the Account ID is not filled in."
    ),
    "ignored": _l("Everything else was taken over."),
    "bulk": _l("The other operations were carried out. The answer below says what came of each."),
}
