"""HAProxy in front of servers: each request goes to the next of them."""

import os
import shutil
import subprocess

import httpx
from conftest import START_SECONDS, TLS
from redis_server import free_port
from stores import until

CONFIG = """
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend entrance
  bind 127.0.0.1:{port}
  default_backend servers
backend servers
  balance roundrobin
  option httpchk GET /readyz
{servers}
"""


class Haproxy:
    def __init__(self, folder, urls):
        program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "HAProxy is missing: `make setup` installs it"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        servers = "".join(
            f"  server s{number} {url.removeprefix('http://')} check\n" for number, url in enumerate(urls)
        )
        config = folder / "haproxy.conf"
        config.write_text(CONFIG.format(port=port, servers=servers))
        self.process = subprocess.Popen([program, "-db", "-f", config], stderr=subprocess.DEVNULL)
        until(self.is_ready, START_SECONDS)

    def is_ready(self):
        try:
            return httpx.get(f"{self.url}/readyz", verify=TLS).status_code == 200
        except httpx.TransportError:
            return False

    def close(self):
        self.process.kill()
        self.process.wait()
