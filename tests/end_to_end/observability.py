"""What a server tells of itself, read by other programs than its own: a JSON parser, Prometheus' parser."""

import json
import re
import time
from pathlib import Path

import httpx
from conftest import TLS
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open_metrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus

DOCUMENT = (Path(__file__).parents[2] / "docs" / "observability.md").read_text()
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def rows(header):
    """The rows of the document's tables with this first column, as lists of cells."""
    head = rf"\n\| {re.escape(header)} \|.*\n\| ---.*\n"
    tables = [part.split("\n\n", 1)[0] for part in re.split(head, DOCUMENT)[1:]]
    lines = [line for table in tables for line in table.splitlines()]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(cell):
    return set(re.findall(r"`([^`]+)`", cell))


def json_lines(path):
    """Every line of a log, each of which must be one flat object without a name that stands twice."""

    def flat(pairs):
        assert len({name for name, _ in pairs}) == len(pairs), pairs
        assert all(not isinstance(value, (dict, list)) for _, value in pairs), pairs
        return dict(pairs)

    return [json.loads(line, object_pairs_hook=flat) for line in path.read_text().splitlines()]


def audit(lines):
    return [line for line in lines if line["target"] == "sekisho::audit"]


class Metrics:
    """One collection of metrics, in both formats, which must say the same."""

    def __init__(self, url):
        def text(accept):
            answer = httpx.get(f"{url}/metrics", headers={"Accept": accept}, verify=TLS)
            assert answer.status_code == 200, answer.text
            return answer

        self.prometheus, self.open = text("*/*"), text(OPEN_METRICS)
        assert self.prometheus.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert self.open.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        self.families = list(parse_prometheus(self.prometheus.text))
        self.samples = [sample for family in self.families for sample in family.samples]
        steady = "sekisho_(verifications|code|record|account|blocks)"
        of_both = [
            {(s.name, *sorted(s.labels.items())): s.value for s in samples if re.match(steady, s.name)}
            for samples in (
                self.samples,
                [s for f in parse_open_metrics(self.open.text) for s in f.samples],
            )
        ]
        assert of_both[0] == of_both[1]

    def value(self, name, **labels):
        found = [s.value for s in self.samples if s.name == name and s.labels == labels]
        return found[0] if found else 0

    def labelled(self, name):
        return {tuple(s.labels.values()): s.value for s in self.samples if s.name == name}


def monitoring_url(server):
    """Where a server with a port of its own for that says it is."""
    wanted = "serving metrics, health and readiness"
    [line] = [line for line in json_lines(server.log) if line.get("message") == wanted]
    return f"http://{line['address']}"


def get(url):
    return httpx.get(url, verify=TLS, timeout=5)


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
