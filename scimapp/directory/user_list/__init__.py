"""The list of people on screens: what it shows, filters and sorts by, and what leaves it as a file."""
