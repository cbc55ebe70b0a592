"""Mails that are owed: written with the change, sent later, seen and sent again by administrators."""
