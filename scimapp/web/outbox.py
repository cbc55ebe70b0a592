"""The mail outbox: what left, what waits, what failed; and without a mail server the place to read mails."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from ..auth.guards import current_scope, needs
from ..directory import outbox as mails
from ..directory.errors import NotInAccount
from ..directory.roles import Permission
from ..mail.messages import MASKED_TOKEN, carries_secret, render
from .blueprint import web
from .view_models.listing import ListAddress, Walk, read_number
from .view_models.outbox import STATES, MailRow, mail_rows

# The preview is a document of its own: nothing loads, nothing runs, only its inline styles apply.
_BODY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@web.get("/outbox")
@needs(Permission.VIEW_OUTBOX)
def outbox():
    """All mails, newest first."""
    scope, state = current_scope(), request.args.get("state")
    state = state if state in STATES else None
    page = mails.list_mails(scope, read_number(request.args.get("page", ""), 1), 50, state)
    address = ListAddress("web.outbox", {"state": state})
    return render_template(
        "outbox/index.html", rows=mail_rows(scope, page), walk=Walk.of(page, address), states=STATES, state=state,
        sends=_settings().sends_mail,
    )  # fmt: skip


@web.get("/outbox/<mail_id>")
@needs(Permission.VIEW_OUTBOX)
def outbox_mail(mail_id):
    """One mail."""
    scope = current_scope()
    mail = mails.get(scope, mail_id)
    rendered = _rendered(scope, mail)
    return render_template(
        "outbox/mail.html",
        row=MailRow.of(mail, mails.recipients(scope, [mail])),
        mail=mail,
        rendered=rendered,
        sends=_settings().sends_mail,
        shows_link=rendered is not None and _shows_link(mail, rendered),
    )


@web.get("/outbox/<mail_id>/body")
@needs(Permission.VIEW_OUTBOX)
def outbox_body(mail_id):
    """The HTML part alone, under a policy of its own."""
    scope = current_scope()
    rendered = _rendered(scope, mails.get(scope, mail_id))
    if rendered is None:
        raise NotInAccount("mail")
    headers = {"Content-Security-Policy": _BODY_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(rendered.html, content_type="text/html; charset=utf-8", headers=headers)


@web.post("/outbox/<mail_id>/retry")
@needs(Permission.VIEW_OUTBOX)
def outbox_retry(mail_id):
    """Try a mail now."""
    mails.retry(current_scope(), mail_id)
    flash("It is tried now. Reload in a moment to see the answer.", "ok")
    return redirect(url_for("web.outbox_mail", mail_id=mail_id), 303)


@web.post("/outbox/<mail_id>/cancel")
@needs(Permission.VIEW_OUTBOX)
def outbox_cancel(mail_id):
    """Withdraw a mail that has not left."""
    mails.cancel(current_scope(), mail_id)
    flash("The mail was cancelled.", "ok")
    return redirect(url_for("web.outbox_mail", mail_id=mail_id), 303)


def _rendered(scope, mail):
    """The text of a mail, None when the person is gone.

    Its link is masked where a mail server delivers it, and from those who may not act on the person in any case.
    """
    settings = _settings()
    person = mails.recipients(scope, [mail]).get(mail.user_seq)
    try:
        return render(mail, settings, masked=settings.sends_mail or not mails.may_read_link(scope, person))
    except NotInAccount:
        return None


def _shows_link(mail, rendered):
    return carries_secret(mail) and MASKED_TOKEN not in rendered.link and mail.state != "cancelled"


def _settings():
    return current_app.config["SETTINGS"]
