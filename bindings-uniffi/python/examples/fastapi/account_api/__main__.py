"""``python -m account_api [--dev] [--listen 127.0.0.1:3001]``"""

import argparse
import socket

import uvicorn

from .app import production
from .service import service

parser = argparse.ArgumentParser(prog="account_api", description=__doc__)
parser.add_argument("--dev", action="store_true", help="everything in memory, with the control surface")
parser.add_argument("--listen", default="127.0.0.1:3001", help="address and port; port 0 takes a free one")
options = parser.parse_args()

if options.dev:
    # Only here: without --dev there is no such code in the process.
    from .dev.parts import CONTROL, development

    app = service(development, CONTROL)
else:
    app = service(production)

host, _, port = options.listen.rpartition(":")
listener = socket.create_server((host, int(port)), backlog=2048)
print("http://{}:{}".format(*listener.getsockname()), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
