"""What scimapp.gunicorn_conf decides, without what belongs to scimapp: the peers live in another environment."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gthread"
workers = 1
threads = 8
keepalive = 75
timeout = 60
limit_request_line = 8190
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
