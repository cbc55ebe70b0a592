"""Mails that are owed: queued with the change, sent later, shown to administrators and sent again by them."""
