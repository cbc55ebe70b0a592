"""The list of people on screens: its columns, filters and order, and its export as a file."""
