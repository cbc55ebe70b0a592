"""What may stop the SCIM connection because of its tokens, each with the way to mend it."""

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ....directory import clock
from ....directory.connection import connection, directory_names, scim_tokens
from ....languages import spoken
from ...moment_words import exact
from ...template_helpers import token_words
from ..woven import Link
from .tokens import maker_words
from .warning import Warning

STILL_CALLING = timedelta(days=10)  # after its end, a token that was called with is warned of for so long


def of_tokens(scope, tokens):
    """Tokens that the directory has not exchanged for the new one, that end soon, and whose makers lost their role. One statement."""
    return [*_of_replaced(tokens), *_of_live(scope, tokens)]


def of_the_end(ended):
    """No token works any more; ``ended`` is the one that ended last."""
    if ended is None:
        return
    about = {"label": token_words(ended.label), "moment": exact(ended.revoked_at or ended.expires_at)}
    if ended.revoked_at:
        text = _("No token works any more: “%(label)s” was revoked on %(moment)s.", **about)
    else:
        text = _("No token works any more: “%(label)s” ended on %(moment)s.", **about)
    mend = _("Every call is answered with 401. Generate another token and paste it in %(directory)s.",
             directory=spoken(directory_names.of_token(ended)))  # fmt: skip
    yield Warning([f"{text} {mend}"], (Link(_("Generate token"), url_for("web.configure_scim")),))


def _of_replaced(tokens):
    """Tokens that were rotated, where the directory has not taken the new one: at the latest when the old one has ended."""
    by_id, now = {token.id: token for token in tokens}, clock.now()
    for token in tokens:
        calls = Link(_("See the calls"), url_for("web.provisioning_log", token=token.id, days="7"))
        about = {"label": token_words(token.label), "moment": exact(token.expires_at)}
        name = spoken(directory_names.of_token(token))
        if token.state == "ended" and now - token.expires_at < STILL_CALLING and _is_called_in_vain(token, tokens):
            if any(other.connection_id == token.connection_id for other in tokens if scim_tokens.is_live(other)):
                text = _("%(name)s goes on calling with the token “%(label)s”, which ended on %(moment)s. Give it the one that "
                         "works.", name=name, **about)  # fmt: skip
                yield Warning([text], (calls,))
            else:
                text = _("%(name)s goes on calling with the token “%(label)s”, which ended on %(moment)s, and has no other one.",
                         name=name, **about)  # fmt: skip
                another = Link(_("Generate another token"), url_for("web.configure_scim", another=1))
                yield Warning([text], (another, calls))
        elif scim_tokens.is_live(token) and token.replaced_by_id is not None and token.first_used_at:
            new = by_id.get(token.replaced_by_id)
            if new is None or not scim_tokens.is_live(new):
                text = _("The token “%(label)s” ends on %(moment)s, and the one made in its place does not work any more.",
                         **about)  # fmt: skip
                yield Warning([text], (Link(_("Generate another token"), url_for("web.configure_scim", another=1)),))
            elif new.first_used_at is None:
                text = _("The token “%(label)s” ends on %(moment)s, and the one made in its place has not been used yet. "
                         "Give it to %(name)s before then.", name=name, **about)  # fmt: skip
                yield Warning([text], (calls,))


def _is_called_in_vain(ended, tokens):
    """Whether a token works, but none of the directory that called with ``ended`` after its end has been used since."""
    live = [token for token in tokens if scim_tokens.is_live(token)]
    same = [token for token in live if token.connection_id == ended.connection_id and token.last_used_at]
    return bool(live) and all(token.last_used_at <= ended.expires_at for token in same)


def _of_live(scope, tokens):
    live = [token for token in tokens if scim_tokens.is_live(token)]
    makers, now = connection.makers(scope, live), clock.now()
    for token in live:
        if connection.ends_soon(token, now):
            left = (token.expires_at - now).days
            text = ngettext(
                "The token “%(label)s” ends in %(num)s day. Calls with it answer 401 from then on.",
                "The token “%(label)s” ends in %(num)s days. Calls with it answer 401 from then on.",
                left, label=token_words(token.label),
            ) if left else _(
                "The token “%(label)s” ends on %(moment)s. Calls with it answer 401 from then on.",
                label=token_words(token.label), moment=exact(token.expires_at),
            )  # fmt: skip
            yield Warning([text], (Link(_("Rotate it"), url_for("web.token_rotate", token_id=token.id)),))
        maker = makers.get(token.id)
        if maker is None:
            continue
        named = _("The token “%(label)s”:", label=token_words(token.label))
        text = f"{named} {maker_words(maker)}"
        if maker.ceiling is not None:
            yield Warning([text], (Link(_("Generate another token"), url_for("web.configure_scim", another=1)),))
        else:
            yield Warning([text], (Link(_("Rotate it"), url_for("web.token_rotate", token_id=token.id)),))
