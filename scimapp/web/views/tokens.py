"""One token: rotating, renaming and revoking it, and changing its preset."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from ...auth.guards import confirmed, current_scope, needs
from ...directory.connection import scim_tokens, token_changes
from ...directory.errors import TokenNotUsable
from ...directory.roles import Permission
from ..blueprint import web
from ..forms.provisioning import PresetForm, RenameForm, RevokeForm, RotateForm
from ..overtaken import again_if_overtaken
from ..template_helpers import token_words
from ..view_models.connection.connection_questions import revoking
from ..view_models.connection.provisioning import Addresses, download, guide_of
from ..view_models.connection.tokens import TokenRow
from ..view_models.first_saver import first_saver


@web.route("/provisioning/tokens/<token_id>/rotate", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
@confirmed
def token_rotate(token_id):
    """Make a token in place of another and show it once, only in the direct answer."""
    scope = current_scope()
    old = scim_tokens.get(scope, token_id)
    if not scim_tokens.is_live(old):
        raise TokenNotUsable()
    form = RotateForm(ends_at=old.expires_at)
    if form.validate_on_submit():
        asked = (form.overlap.data, int(form.lifetime.data))
        made = form.attempt(token_changes.rotate, scope, token_id, *asked)
        if made is not None:
            return _show_once(scope, token_id, *made)
    return _ask("rotate", old, form)


@web.route("/provisioning/tokens/<token_id>/rename", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
@again_if_overtaken
def token_rename(token_id):
    """Change the label."""
    scope = current_scope()
    token = scim_tokens.get(scope, token_id)
    form = RenameForm(token)
    if form.validate_on_submit() and not form.met(RenameForm(token, formdata=None)):
        renamed = form.attempt(token_changes.rename, scope, token_id, form.wanted(), seen=token)
        if renamed is not None:
            flash(_("The token is called “%(label)s” now.", label=token_words(renamed.label)), "ok")
            return _back()
    return _ask("rename", token, form)


@web.route("/provisioning/tokens/<token_id>/preset", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
@again_if_overtaken
def token_preset(token_id):
    """Change the preset, and with it the tolerances."""
    scope = current_scope()
    token = scim_tokens.get(scope, token_id)
    form = PresetForm(token)
    if form.validate_on_submit() and not form.met(PresetForm(token, formdata=None)):
        changed = form.attempt(token_changes.change_preset, scope, token_id, form.wanted(), seen=token)
        if changed is not None:
            row = TokenRow.of(changed)
            flash(_("“%(label)s” has the preset %(preset)s now.", label=row.label, preset=row.provider), "ok")
            return _back()
    return _ask("preset", token, form)


@web.route("/provisioning/tokens/<token_id>/revoke", methods=["GET", "POST"])
@needs(Permission.CONFIGURE_SCIM)
@confirmed
def token_revoke(token_id):
    """Revoke a token; for one used in the last seven days, its label must be typed."""
    scope = current_scope()
    row = scim_tokens.get(scope, token_id)
    token = TokenRow.of(row)
    if token.is_past:
        flash(_("The token “%(label)s” has ended already.", label=token.label))
        return _back()
    form = RevokeForm(wanted=token.label if token.was_used_lately else None)
    if form.validate_on_submit():
        scim_tokens.revoke(scope, token_id)
        text = _("The token “%(label)s” was revoked. Calls with it answer 401 from now on.", label=token.label)
        flash(text, "ok")
        return _back()
    return _ask("revoke", row, form, question=revoking(token))


def _ask(what, token, form, **about):
    row, back = TokenRow.of(token), url_for("web.provisioning", _anchor="tokens")
    first = first_saver(current_scope(), form, token.id, "token renamed", "token preset changed")
    page = render_template(f"provisioning/{what}.html", token=row, form=form, back=back, last_change=first, **about)
    return page, form.refusal if form.is_submitted() else 200


def _show_once(scope, old_id, token, secret):
    addresses = Addresses.of(scope)
    name, address = download(addresses, token, secret)
    return render_template(
        "provisioning/rotated.html",
        token=TokenRow.of(token),
        old=TokenRow.of(scim_tokens.get(scope, old_id)),
        secret=secret,
        file_name=name,
        file_address=address,
        addresses=addresses,
        guide=guide_of(token),
    )


def _back():
    return redirect(url_for("web.provisioning", _anchor="tokens"), 303)
