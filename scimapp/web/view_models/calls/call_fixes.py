"""How to mend the cause of a refusal or warning: steps in the menus of the directory that made the call.

One table, by cause and then by the preset of the token, None for every other directory. ``%(name)s`` stands for a fact
of the call, as in ``call_causes``.
"""

from flask_babel import lazy_gettext as _l

from ....directory.fields.field_types import okta_data_type

_ASSIGN_AGAIN = {
    "okta": _l("In Okta: Applications › your app › Assignments, remove the person and assign them again."),
    "entra": _l("In Entra: Enterprise applications › your app › Provisioning › Provision on demand, pick the person."),
    "onelogin": _l("In OneLogin: Applications › your app › Users, open the person and press Retry."),
    "jumpcloud": _l("In JumpCloud: take the person out of the user group of the app, save, and put them back."),
    None: _l("In the directory: take the person out of the app and assign them again."),
}
_PASTE = {
    "okta": _l("In Okta: Applications › your app › Provisioning › Integration › Edit, paste the token, Test, Save."),
    "entra": _l("In Entra: Enterprise applications › your app › Provisioning › Admin Credentials, paste the token as "
                "Secret Token, Test Connection, Save."),
    "onelogin": _l("In OneLogin: Applications › your app › Configuration, paste it as SCIM Bearer Token, Enable, Save."),
    "jumpcloud": _l("In JumpCloud: SSO Applications › your app › Identity Management, paste it as Token Key, Test, "
                    "Activate."),
    None: _l("In the directory: paste the whole token, without spaces around it, and test the connection."),
}  # fmt: skip
_MAPPING = {
    "okta": _l("In Okta: Directory › Profile Editor › your app, open the attribute and correct it there."),
    "entra": _l(
        "In Entra: your app › Provisioning › Mappings › Provision Microsoft Entra ID Users, open the attribute."
    ),
    "onelogin": _l("In OneLogin: your app › Parameters, open the field and correct its value."),
    "jumpcloud": _l("In JumpCloud: your app › Identity Management › Attribute Mapping, correct the line."),
    None: _l("In the directory: open the attribute mapping of the app and correct the line."),
}
_VALUES = _MAPPING | {
    "okta": _l("In Okta: your app › Provisioning › To App › Attribute Mappings, edit the attribute so that it sends what the "
               "answer asks for."),
}  # fmt: skip
_SYNC = {
    "okta": _l("Then press Force Sync under Provisioning › To App."),
    "entra": _l("Then press Restart provisioning, or wait for the next cycle (40 minutes)."),
    "onelogin": _l("Then press More Actions › Sync logins."),
    "jumpcloud": _l("Then save the app; JumpCloud sends everybody again."),
    None: _l("Then let the directory send the record again."),
}
_MATCHING = {
    "okta": _l("In Okta: your app › Provisioning › Integration, set Unique identifier field for users to userName."),
    "entra": _l("In Entra: your app › Provisioning › Mappings, look which attributes have a matching precedence."),
    "onelogin": _l("In OneLogin: your app › Configuration, use the SCIM connector for SCIM v2 and its usual filter."),
    "jumpcloud": _l("In JumpCloud: your app › Identity Management, use the connector for SCIM 2.0."),
    None: _l("In the directory: correct the filter that it looks for people with."),
}
_PUSH = {
    "okta": _l("Then press Push now on the group under Push Groups."),
    "entra": _l("Then provision the group on demand, or wait for the next cycle."),
    "onelogin": _l("Then apply the rules of the app again."),
    "jumpcloud": _l("Then save the app; JumpCloud sends the groups again."),
    None: _l("Then let the directory send the group again."),
}
_ASSIGN_FIRST = {
    "okta": _l("In Okta: Applications › your app › Assignments, assign these people to the app."),
    "entra": _l("In Entra: your app › Users and groups, assign these people too."),
    "onelogin": _l("In OneLogin: give these people access to the app."),
    "jumpcloud": _l("In JumpCloud: your app › User Groups, bind a group that holds these people."),
    None: _l("In the directory: assign these people to the app."),
}
_URL = {
    "okta": _l("In Okta: your app › Provisioning › Integration, correct the Base URL."),
    "entra": _l("In Entra: your app › Provisioning › Admin Credentials, correct the Tenant URL."),
    "onelogin": _l("In OneLogin: your app › Configuration, correct the SCIM Base URL."),
    "jumpcloud": _l("In JumpCloud: your app › Identity Management, correct the Base URL."),
    None: _l("In the directory: correct the base URL."),
}
_REASON = _l("Read the reason: %(detail)s")
_GENERATE = _l("Here: SCIM connection › Generate another token, copy it and save.")
_OWN_URL = _l("Here: SCIM connection shows the base URL to copy.")
# cause: its steps in order, as one text for every directory or a table by preset.
FIXES = {
    "taken": (
        {
            "okta": _l("In Okta: Applications › your app › Sign On › Credentials Details, see that Application username "
                       "format is the one that people here have."),
            "entra": _l("In Entra: your app › Provisioning › Mappings, see that userName matches with precedence 1."),
            None: _l("In the directory: see that it matches people by userName, so that it links instead of creating."),
        },
        _ASSIGN_AGAIN,
        _l("If they really are two people, change the value of one of them, there or here."),
    ),
    "external_id": (_MAPPING, _l("Each person of the directory needs an External ID of their own."), _SYNC),
    "group_name": (
        _l("Here: open the group of this name and link it to the directory, or rename it."),
        _PUSH,
    ),
    "owner": (
        _l("Here: Settings › Roles › Transfer ownership, to somebody else."),
        _l("Or leave the Account Owner out of the app in the directory."),
        _l("Then repeat in the directory."),
    ),
    "above": (
        _l("Let a Super Admin or the Account Owner generate a token on SCIM connection."),
        _PASTE,
        _l("Or leave people with stronger roles out of the app in the directory."),
    ),
    "seats": (_l("Here: deactivate people who no longer need access, or raise the limit under Settings › Security."),
              _ASSIGN_AGAIN),
    "forbidden": (_REASON,),
    "not_found": (
        _ASSIGN_AGAIN,
        {
            "okta": _l("For a group: Push Groups › Unlink pushed group, leave it in the target app, push it again."),
            "entra": _l("For a group: provision it on demand; Entra looks for it again."),
            None: _l("For a group: take it out of the app and add it again."),
        },
    ),
    "unknown_members": (_ASSIGN_FIRST, _PUSH, _l("Or, here: SCIM connection › Options, let such pushes pass.")),
    "stale": (_l("Nothing, if it happens now and then: the directory reads the record again and repeats."),),
    "no_token": (_GENERATE, _PASTE),
    "cut_token": (_l("Copy the whole token again. If you no longer have it, generate another one on SCIM connection."),
                  _PASTE),
    "unknown_token": (_GENERATE, _PASTE,
                      _l("If this is not your directory, nothing has to be done: the call was kept out.")),
    "revoked_token": (_GENERATE, _PASTE),
    "ended_token": (_GENERATE, _PASTE),
    "draft_token": (_l("Here: Configure SCIM › Save and switch on. An unsaved token is dropped after 30 minutes."),),
    "too_fast": (_l("Nothing: directories wait as they are told and go on. It mends itself."),
                 _l("If it never stops, look whether two apps in the directory share this token.")),
    "too_large": (_l("Push the group in parts, or leave long attributes such as photos out of the mapping."), _SYNC),
    "media": (_l("In the directory: set the content type to application/scim+json and switch compression off."),),
    "method": (_OWN_URL, _URL),
    "url": (_OWN_URL, _URL),
    "version": (_OWN_URL, _URL),
    "filter": (_MATCHING,),
    "sensitive": (_l("In the directory: take the password out of the matching rule."),),
    "path": (_MAPPING, _SYNC),
    "no_target": (_SYNC,),
    "mutability": (_MAPPING,),
    "value": (
        {
            "okta": _l("In Okta: Directory › Profile Editor › your app, set the Data type of the attribute as the mapping "
                       "sheet under Custom fields says."),
        } | {preset: text for preset, text in _MAPPING.items() if preset != "okta"},
        _SYNC,
    ),
    "required": (_VALUES, _SYNC),
    "form": (_VALUES, _SYNC),
    "option": (
        _l("Here: Custom fields › %(attribute)s › Edit, list the option, or have what nobody listed added to the options."),
        _l("Or let the directory send an option that is listed."),
        _SYNC,
    ),
    "syntax": (_REASON,),
    "busy": (_l("Nothing: the directory tries again. If it happens often, tell your operator."),),
    "paused": (_l("Here: SCIM connection › Resume. The directory then goes on by itself."),),
    "stopped": (_l("Look in the directory whether so many people should really go."),
                _l("If so, press “Let them through” on SCIM connection. If not, mend the rule or the assignment there "
                   "first.")),
    "fault": (_l("Tell your operator the request ID. The directory tries again."),),
    "namespace": (
        {
            "okta": _l("In Okta: Directory › Profile Editor › your app, open the attribute. The External namespace "
                       "cannot be changed, so delete the attribute and add it again."),
        } | {preset: text for preset, text in _MAPPING.items() if preset != "okta"},
        _l("Use the namespace from the mapping sheet under Custom fields; it holds your Account ID."),
        _SYNC,
    ),
    "ignored": (_l("If it should arrive here: add a custom field and map it. If not, take it out of the mapping."),),
    "skipped": (_ASSIGN_FIRST, _PUSH),
    "bulk": (_l("Look at the answer: each operation that was refused says why."),),
}  # fmt: skip


def mended_by(call, fields):
    """The cause in FIXES whose steps mend a refused call. ``fields`` are the account's custom fields."""
    attribute = call.facts.get("attribute", "").rpartition(":")[2]
    if call.cause != "value" or not attribute:
        return call.cause
    if not call.facts.get("value"):
        return "required"
    field_id = attribute.removeprefix("custom.").lower()
    field = next((field for field in fields if field.field_id_key == field_id), None)
    if field is not None and field.choices:
        return "option"
    return "form" if field is None or okta_data_type(field) == "string" else "value"


def steps_of(cause, provider):
    """The steps for a cause, in the words of a directory; empty where nothing needs mending."""
    chosen = (step.get(provider, step[None]) if isinstance(step, dict) else step for step in FIXES.get(cause, ()))
    return list(chosen)
