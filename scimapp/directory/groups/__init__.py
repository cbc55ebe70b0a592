"""Groups, who is in them, groups in groups, and the roles that they give."""
