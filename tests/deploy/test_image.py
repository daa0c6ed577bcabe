"""What the Dockerfile must keep to beyond the linter's rules."""

import json

import pytest
import tomli
from conftest import DEPLOY, ROOT, WORKSPACE, server
from dockerfile_parse import DockerfileParser


@pytest.fixture
def image():
    return DockerfileParser(str(DEPLOY / "Dockerfile"))


def instructions(image, name):
    return [one["value"] for one in image.structure if one["instruction"] == name]


def test_it_is_built_by_the_toolchain_of_the_project_and_is_distroless(image):
    channel = tomli.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    assert image.parent_images == [
        f"rust:{channel}-bookworm",
        "gcr.io/distroless/static-debian12:nonroot",
    ]
    assert instructions(image, "COPY")[1:] == ["--from=build /sekisho-server /sekisho-server"]


def test_it_runs_as_a_user_without_rights(image):
    assert instructions(image, "USER") == ["65532:65532"]


def test_its_health_is_asked_by_the_server_itself(image):
    (check,) = instructions(image, "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    (entry,) = json.loads(instructions(image, "ENTRYPOINT")[0])
    assert command[0] == entry
    asked = server(*command[1:], env={"SEKISHO_LISTEN": "0.0.0.0:1"})
    assert asked.returncode == 1
    assert "http://127.0.0.1:1" in asked.stderr


def test_what_it_is_built_from_is_not_left_out():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored
    needed = {member.split("/")[0] for member in WORKSPACE["members"]}
    needed |= {"Cargo.toml", "Cargo.lock", "rust-toolchain.toml"}
    assert {line[1:] for line in ignored if line.startswith("!")} == needed
