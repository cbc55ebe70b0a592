"""Groups, their members, nested groups, and the roles that groups give."""
