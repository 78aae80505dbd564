"""What the service costs beside a bare endpoint that runs the same statements: `python -m bench`.

bare        the endpoint it is measured against
questions   what both are asked
processes   engine, service and bare endpoint, each a process of its own
client      closed-loop clients, and the CPU time of a process
report      the figures as a table or as JSON
"""
