"""The mail outbox: sent, waiting and failed mails; one mail with its text; retrying and cancelling."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...auth.guards import current_scope, needs
from ...directory.errors import NotInAccount
from ...directory.outbox import outbox_list as mails
from ...directory.roles import Permission
from ...mail.envelope import headers_of
from ...mail.messages import render
from ..blueprint import web
from ..view_models.outbox import KIND_WORDS, PILLS, MailRow, address_of, mail_list, read_search

# The preview is its own document: it loads and runs nothing, only its inline styles apply.
_BODY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@web.get("/outbox")
@needs(Permission.VIEW_OUTBOX)
def outbox():
    """All mails, newest first."""
    return render_template(
        "outbox/index.html",
        list=mail_list(current_scope(), request.args),
        states={state: pill[1] for state, pill in PILLS.items()},
        kinds=KIND_WORDS,
        many=mails.MANY,
        sends=_settings().sends_mail,
    )


@web.post("/outbox/batch")
@needs(Permission.VIEW_OUTBOX)
def outbox_batch():
    """Retry or cancel the ticked mails; skip those that do not allow it."""
    chosen = request.form.getlist("mail")
    act = mails.cancel_many if request.form.get("action") == "cancel" else mails.retry_many
    done = act(current_scope(), chosen)
    if not chosen:
        flash(_("No mail is ticked. Tick some in the first column, then press the button again."), "warn")
    elif act is mails.cancel_many:
        flash(ngettext("%(num)s mail was cancelled.", "%(num)s mails were cancelled.", done), "ok")
    else:
        flash(ngettext("%(num)s mail is tried now.", "%(num)s mails are tried now.", done), "ok")
    left = len(chosen[: mails.MOST_AT_ONCE]) - done
    if left > 0:
        flash(
            ngettext(
                "%(num)s was left as it is: sent, being sent, cancelled, or for a stronger role than yours.",
                "%(num)s were left as they are: sent, being sent, cancelled, or for a stronger role than yours.",
                left,
            ),
            "info",
        )
    return redirect(address_of(read_search(request.args)).to(), 303)


@web.get("/outbox/<mail_id>")
@needs(Permission.VIEW_OUTBOX)
def outbox_mail(mail_id):
    """One mail: headers, text, and the HTML in a frame."""
    scope = current_scope()
    mail = mails.get(scope, mail_id)
    row = MailRow.of(scope, mail, mails.recipients(scope, [mail]))
    rendered = _rendered(mail) if row.is_mine else None
    return render_template(
        "outbox/mail.html",
        row=row,
        rendered=rendered,
        headers=headers_of(rendered, mail.message_id) if rendered else (),
        sends=_settings().sends_mail,
    )


@web.get("/outbox/<mail_id>/body")
@needs(Permission.VIEW_OUTBOX)
def outbox_body(mail_id):
    """The HTML part alone, with its own content policy."""
    scope = current_scope()
    mail = mails.get(scope, mail_id)
    may_read = mails.may_read(scope, mails.recipients(scope, [mail]).get(mail.user_seq))
    rendered = _rendered(mail) if may_read else None
    if rendered is None:
        raise NotInAccount("mail")
    headers = {"Content-Security-Policy": _BODY_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(rendered.html, content_type="text/html; charset=utf-8", headers=headers)


@web.post("/outbox/<mail_id>/retry")
@needs(Permission.VIEW_OUTBOX)
def outbox_retry(mail_id):
    """Try a mail now."""
    mails.retry(current_scope(), mail_id)
    flash(_("It is tried now. Reload in a moment to see the answer."), "ok")
    return _back(mail_id)


@web.post("/outbox/<mail_id>/cancel")
@needs(Permission.VIEW_OUTBOX)
def outbox_cancel(mail_id):
    """Cancel a mail that has not left yet."""
    mails.cancel(current_scope(), mail_id)
    flash(_("The mail was cancelled."), "ok")
    return _back(mail_id)


def _back(mail_id):
    """Back to the list if the button was pressed there, else to the mail."""
    if request.args.get("from") == "list":
        return redirect(address_of(read_search(request.args)).to(), 303)
    return redirect(url_for("web.outbox_mail", mail_id=mail_id), 303)


def _rendered(mail):
    """The text of a mail with its link masked; None when the person or the link is gone."""
    try:
        return render(mail, _settings(), masked=True)
    except NotInAccount:
        return None


def _settings():
    return current_app.config["SETTINGS"]
