"""The last use of a token, in the reader's language. The gate records it in English."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

_RECEIVED = re.compile(r"asked for (people|groups|everything) and received (\S+) of (\S+)")
_SENT = re.compile(r"sent (\d+) operations at once")
_ENDING = re.compile(r"(?:; answered(?: (?P<refusal>\d.*?))?)?(?: in (?P<ms>\d+) ms)?$")
_WORDS = {
    "asked to create a User": _l("asked to create a person"),
    "asked for one User": _l("asked for one person"),
    "asked to replace a User": _l("asked to replace a person"),
    "asked to change a User": _l("asked to change a person"),
    "asked to remove a User": _l("asked to remove a person"),
    "asked to create a Group": _l("asked to create a group"),
    "asked for one Group": _l("asked for one group"),
    "asked to replace a Group": _l("asked to replace a group"),
    "asked to change a Group": _l("asked to change a group"),
    "asked to remove a Group": _l("asked to remove a group"),
    "asked for the resource types": _l("asked for the resource types"),
    "asked for the schemas": _l("asked for the schemas"),
    "sent a request": _l("sent a request"),
}


def use_words(summary):
    """ "asked for people and received 2 of 1,433; answered in 38 ms"; unknown texts stay as recorded."""
    ending = _ENDING.search(summary)
    asked = summary[: ending.start()]
    received, sent = _RECEIVED.fullmatch(asked), _SENT.fullmatch(asked)
    if received:
        noun, shown, total = received.groups()
        words = {
            "people": _("asked for people and received %(shown)s of %(total)s", shown=shown, total=total),
            "groups": _("asked for groups and received %(shown)s of %(total)s", shown=shown, total=total),
            "everything": _("asked for everything and received %(shown)s of %(total)s", shown=shown, total=total),
        }[noun]
    elif sent:
        words = ngettext("sent %(num)s operation at once", "sent %(num)s operations at once", int(sent[1]))
    else:
        words = str(_WORDS.get(asked, asked)) or _("sent a request")
    refusal, ms = ending["refusal"], ending["ms"]
    if refusal:
        words = _("%(asked)s; answered %(refusal)s", asked=words, refusal=refusal)
        return _("%(words)s in %(num)s ms", words=words, num=ms) if ms else words
    return _("%(asked)s; answered in %(num)s ms", asked=words, num=ms) if ms else words
