"""The list of people on screens, its columns, conditions and address, and the file that it is exported to."""
