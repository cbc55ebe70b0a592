"""How fast provisioning calls are: the shipped server on loopback beside what bare Flask and a database cost.

``python -m benchmarks.speed --only get,patch-active`` is the door; ``--help`` names the rest. Who is new here reads
``command`` (what happens in which order), ``operations`` (what is asked) and ``rounds`` (how it is measured).
"""
