"""Mails that tests look at."""

from scimapp.directory.outbox import outbox_list


def newest_mails(scope, per_page=25):
    """The newest mails of an account, as a MailPage."""
    return outbox_list.find(scope, outbox_list.MailSearch(per_page=per_page))
