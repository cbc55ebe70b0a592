"""The import of people from a CSV file: read, compared with who is here, shown, and carried out."""
