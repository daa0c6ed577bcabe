"""Health, readiness and metrics: where they are, and what they say when something is wrong."""

import resource
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from conftest import START_SECONDS, TLS, command
from observability import Metrics, get, json_lines, monitoring_url, wait_until


def test_the_port_of_clients_shows_no_metrics_in_production(watched):
    watched.start()
    own = monitoring_url(watched)
    assert own != watched.url
    assert get(f"{watched.url}/metrics").status_code == 404
    assert Metrics(own).value("sekisho_blocks_total") == 0
    for url in (own, watched.url):
        assert get(f"{url}/healthz").json() == {"status": "ok"}
        ready = get(f"{url}/readyz")
        assert ready.status_code == 200
        assert ready.headers["cache-control"] == "no-store"
        assert set(ready.json()["checks"].values()) == {"ok"}
        assert get(f"{url}/readyz/").status_code == (200 if url == watched.url else 404)
    assert get(f"{own}/api/my-account").status_code == 404
    for path in ("healthz", "readyz", "metrics", "nowhere"):
        answer = httpx.get(f"{own}/{path}", headers={"X-Request-Id": "probe-1"}, verify=TLS)
        assert answer.headers["x-request-id"] == "probe-1"
    assert httpx.post(f"{own}/metrics", verify=TLS).status_code == 405


def test_metrics_are_beside_everything_else_if_that_is_asked_for(server):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    server.more_settings = {"SEKISHO_LISTEN": address, "SEKISHO_METRICS_LISTEN": address}
    server.start()
    assert Metrics(server.url).value("sekisho_blocks_total") == 0


def test_pages_of_other_origins_have_no_business_but_with_the_api(dev):
    origin = {"Origin": "https://elsewhere.example.com"}
    for method in ("GET", "POST", "OPTIONS"):
        for path in ("/healthz", "/readyz", "/readyz/", "/metrics", "/dev/outbox", "/dev/tokens"):
            answer = dev.http.request(method, path, headers=origin)
            assert not [name for name in answer.headers if name.startswith("access-control-")], path
        for path in ("/api/my-account", "/api/my-account/", "/openapi.json", "/nowhere"):
            answer = dev.http.request(method, path, headers=origin)
            assert answer.headers["access-control-allow-origin"] == origin["Origin"], path


def test_more_connections_than_may_be_open_wait(watched):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
    try:
        watched.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    address = urlsplit(watched.url)
    idle = [socket.create_connection((address.hostname, address.port)) for _ in range(60)]
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{watched.url}/healthz", verify=TLS, timeout=1)
    assert get(f"{monitoring_url(watched)}/readyz").status_code == 200, "there are files left to open"
    for connection in idle:
        connection.close()
    assert get(f"{watched.url}/healthz").status_code == 200
    assert "wait for one to end" in watched.log.read_text()


def test_not_ready_while_the_store_takes_no_write(watched, tmp_path):
    watched.start()
    url = monitoring_url(watched)
    assert get(f"{url}/readyz").status_code == 200
    locking = sqlite3.connect(tmp_path / "sekisho.db", isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    wait_until(lambda: get(f"{url}/readyz").status_code == 503)
    began = time.monotonic()
    checks = get(f"{url}/readyz").json()["checks"]
    assert time.monotonic() - began < 2
    assert checks == {"server": "ok", "store": "failing", "users": "ok", "keys": "ok", "issuer": "ok"}
    assert get(f"{url}/healthz").status_code == 200
    locking.execute("ROLLBACK")
    locking.close()
    wait_until(lambda: get(f"{url}/readyz").status_code == 200)
    told = [line["message"] for line in json_lines(watched.log)]
    assert told.count("not ready") == 1
    assert told.count("ready again") == 1


def test_many_probes_ask_the_store_once(watched):
    watched.start()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: get(f"{watched.url}/readyz").status_code, range(200)))
    assert set(answers) == {200}


def test_not_ready_without_the_keys_of_the_issuer_or_a_key_that_seals(watched, tmp_path):
    ring = (tmp_path / "keys").read_text().strip()
    head, _, until = ring.rsplit(":", 2)
    (tmp_path / "keys").write_text(f"{head}:{int(time.time()) + 3600}:{until}")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    key = {"SEKISHO_ACCESS_TOKEN_KEY_FILE": None, "SEKISHO_ACCESS_TOKEN_ISSUER": issuer}
    watched.more_settings |= key
    watched.start()
    answer = get(f"{watched.url}/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    well = {"server": "ok", "store": "ok", "users": "ok"}
    expected = {**well, "keys": "failing", "issuer": "failing"}
    assert answer.json()["checks"] == expected


def test_who_is_to_stop_says_so_before_connections_end(watched):
    watched.more_settings |= {"SEKISHO_DRAIN_DELAY": "2"}
    watched.start()
    own = monitoring_url(watched)
    began = time.monotonic()
    watched.process.send_signal(signal.SIGTERM)
    wait_until(lambda: get(f"{watched.url}/readyz").status_code == 503)
    for url in (own, watched.url):
        assert get(f"{url}/readyz").json()["checks"]["server"] == "stopping"
        assert get(f"{url}/healthz").status_code == 200
    assert get(f"{watched.url}/api/my-account").status_code == 401, "new connections are still taken"
    assert watched.process.wait(START_SECONDS) == 0
    assert 1.9 < time.monotonic() - began < 10


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]])
def test_a_person_is_not_kept_waiting_for_the_end(watched, signals):
    watched.more_settings |= {"SEKISHO_DRAIN_DELAY": "300"}
    watched.start()
    for number in signals:
        watched.process.send_signal(number)
        time.sleep(0.2)
    assert watched.process.wait(START_SECONDS) == 0


@pytest.mark.parametrize("setting", ["--listen", "--metrics-listen"])
def test_a_taken_port_is_told_before_anything_else(server, setting):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        nobody = "http://127.0.0.1:9"
        settings = {
            "SEKISHO_ACCESS_TOKEN_KEY_FILE": None,
            "SEKISHO_ACCESS_TOKEN_ISSUER": nobody,
            "SEKISHO" + setting.upper().replace("-", "_")[1:]: address,
        }
        server.more_settings = settings
        done = command("serve", env=server.settings())
    assert done.returncode != 0
    assert f"{setting} {address}" in done.stderr
    assert nobody not in done.stderr
