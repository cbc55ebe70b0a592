"""Links in mails that work once: invitations, new passwords, addresses to be confirmed."""
