"""What scimapp is made of: the locked packages, their licences, a list of them for others, and what is known against them."""
