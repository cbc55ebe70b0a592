"""Mails that tests look at."""

from scimapp.directory.links import one_time_links
from scimapp.directory.outbox import outbox, outbox_list


def newest_mails(scope, per_page=25):
    """The newest mails of an account, as a MailPage."""
    return outbox_list.find(scope, outbox_list.MailSearch(per_page=per_page))


def send_all(error=None):
    """What the mail worker does with everything that waits."""
    for mail in outbox.lease(500):
        if error:
            outbox.mark_failed(mail, error, None)
        else:
            outbox.mark_sent(mail)


def fail(mail, answer, retry_in=None, tries=1, **options):
    """What the worker notes after a failed try."""
    for _ in range(tries):
        leased = next(leased for leased in outbox.lease(limit=500) if leased.id == mail.id)
        outbox.mark_failed(leased, answer, retry_in, **options)


def confirmation_link(scope, user):
    """The address behind the newest link that confirms an e-mail address of a person."""
    return f"/email/confirm/{one_time_links.link_token(one_time_links.newest(scope, user, one_time_links.EMAIL))}"
