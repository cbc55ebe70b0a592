"""What Postgres alone needs: statements that the server keeps, refused and silent connections, open transactions, whose rows have changed,
statistics.
"""
