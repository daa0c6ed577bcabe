"""What the manifest must keep to beyond Kubernetes' schemas."""

import json

import pytest
import tomli
from conftest import DEPLOY, WORKSPACE, server
from dockerfile_parse import DockerfileParser

# MiB: docs/performance.md.
AT_REST = 15
OF_A_THREAD = 19
OF_A_FOREIGN_HASH = 130
FOR_CONNECTIONS = 32
# Seconds that what was begun has to end: docs/observability.md.
GRACE = 30


@pytest.fixture
def pod(manifest):
    return manifest["Deployment"]["spec"]["template"]["spec"]


@pytest.fixture
def container(pod):
    (one,) = pod["containers"]
    return one


@pytest.fixture
def settings(manifest):
    return tomli.loads(manifest["ConfigMap"]["data"]["sekisho.toml"])


def test_the_settings_are_complete_and_name_files_of_the_secret(manifest, secrets, tmp_path, pod):
    (mounted,) = [
        one["mountPath"] for one in pod["containers"][0]["volumeMounts"] if one["name"] == "secrets"
    ]
    text = manifest["ConfigMap"]["data"]["sekisho.toml"]
    assert text.count(mounted) == len(list(secrets.iterdir()))
    file = tmp_path / "sekisho.toml"
    file.write_text(text.replace(mounted, str(secrets)))
    checked = server("config", "check", "--config-file", file)
    assert checked.returncode == 0, checked.stderr
    assert "complete" in checked.stdout


def test_memory_and_processors_are_enough_for_the_password_threads(container, settings):
    threads = settings["password-threads"]
    limits, requests = container["resources"]["limits"], container["resources"]["requests"]
    needed = AT_REST + FOR_CONNECTIONS + threads * (OF_A_THREAD + OF_A_FOREIGN_HASH)
    assert mebibytes(limits["memory"]) >= needed
    assert mebibytes(requests["memory"]) >= AT_REST + FOR_CONNECTIONS + threads * OF_A_THREAD
    assert limits["cpu"] == str(threads)


def mebibytes(quantity):
    assert quantity.endswith("Mi")
    return int(quantity.removesuffix("Mi"))


def test_a_server_that_stops_has_the_time_to(pod, container, settings):
    readiness = container["readinessProbe"]
    noticed = readiness["periodSeconds"] * readiness["failureThreshold"]
    assert settings["drain-delay"] > noticed + readiness["timeoutSeconds"]
    assert pod["terminationGracePeriodSeconds"] >= settings["drain-delay"] + GRACE


def test_probes_ask_what_is_for_them(container, settings):
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert settings["listen"] == f"0.0.0.0:{ports['http']}"
    assert settings["metrics-listen"] == f"0.0.0.0:{ports['metrics']}"
    for probe, path in (("startup", "/healthz"), ("liveness", "/healthz"), ("readiness", "/readyz")):
        asked = container[f"{probe}Probe"]["httpGet"]
        assert asked == {"path": path, "port": "http"}
    # A store that answers late is waited for within a second.
    assert container["readinessProbe"]["timeoutSeconds"] > 1


def test_it_keeps_to_the_restricted_pod_security_standard(manifest, pod, container):
    labels = manifest["Namespace"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {next(iter(one.keys() - {"name"})) for one in pod["volumes"]} == {"configMap", "secret"}
    assert pod["automountServiceAccountToken"] is False


def test_it_runs_as_the_image_does(pod, container):
    context = pod["securityContext"]
    user = f"{context['runAsUser']}:{context['runAsGroup']}"
    assert f"USER {user}" in (DEPLOY / "Dockerfile").read_text().splitlines()
    assert context["fsGroup"] == context["runAsGroup"], "it may read the secrets"
    image = DockerfileParser(str(DEPLOY / "Dockerfile"))
    assert container["args"][:1] == json.loads(image.cmd)
    assert container["image"].endswith(f":{WORKSPACE['package']['version']}")


def test_there_is_always_one(manifest):
    deployment, budget = manifest["Deployment"]["spec"], manifest["PodDisruptionBudget"]["spec"]
    assert deployment["replicas"] >= 2
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert budget["maxUnavailable"] == 1


def test_all_of_them_mean_the_same_pods(manifest):
    labels = manifest["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert manifest["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert manifest["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert manifest["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    assert manifest["Service"]["spec"]["selector"] == labels


def test_metrics_are_for_prometheus_alone(manifest):
    (clients, watchers) = manifest["NetworkPolicy"]["spec"]["ingress"]
    assert clients["ports"] == [{"port": "http"}]
    assert watchers["ports"] == [{"port": "metrics"}]
    assert [one["targetPort"] for one in manifest["Service"]["spec"]["ports"]] == ["http"]
    assert manifest["NetworkPolicy"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
