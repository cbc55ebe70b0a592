"""How fast provisioning calls are: the shipped server on loopback, compared with bare Flask and a database.

Start with ``python -m benchmarks.speed --only get,patch-active``; ``--help`` lists the rest. To learn the code, read
``command`` (what happens in which order), ``operations`` (what is asked) and ``rounds`` (how it is measured).
"""
