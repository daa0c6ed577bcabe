"""What the unit must keep to: systemd can start it, and the server takes its settings."""

import os
import shutil
import subprocess

from conftest import DEPLOY, SERVER, server

UNIT = "sekisho-server.service"


def lines(name):
    """The values of a directive, in their order."""
    text = (DEPLOY / UNIT).read_text().splitlines()
    return [line.partition("=")[2] for line in text if line.startswith(f"{name}=")]


def test_systemd_finds_no_mistake_in_it(tmp_path):
    program = tmp_path / lines("ExecStart")[0].split()[0].lstrip("/")
    program.parent.mkdir(parents=True)
    shutil.copy(SERVER, program)
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    shutil.copy(DEPLOY / UNIT, units)
    targets = tmp_path / "usr/lib/systemd/system"
    shutil.copytree("/usr/lib/systemd/system", targets, symlinks=True)
    found = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", f"--root={tmp_path}", UNIT],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_its_settings_are_complete(tmp_path, secrets):
    """With the file that docs/deployment.md begins with."""
    for credential in lines("LoadCredential"):
        assert (secrets / credential.partition(":")[0]).exists()
    folders = {"%S": str(tmp_path), "%d": str(secrets)}
    state = tmp_path / lines("StateDirectory")[0]
    state.mkdir()
    shutil.copy(secrets / "keys", state)
    environment = {}
    for setting in lines("Environment"):
        for specifier, folder in folders.items():
            setting = setting.replace(specifier, folder)
        name, _, value = setting.partition("=")
        environment[name] = value
    arguments = lines("ExecStart")[0].split()[1:]
    assert arguments[:2] == ["serve", "--config-file"]
    file = tmp_path / "sekisho.toml"
    file.write_text(documented_settings(arguments[2]))
    checked = server("config", "check", "--config-file", file, env=environment)
    assert checked.returncode == 0, checked.stderr


def documented_settings(path):
    """The file of settings as the documentation has it."""
    text = (DEPLOY.parents[1] / "docs/deployment.md").read_text()
    _, found, rest = text.partition(f"```toml\n# {path}\n")
    assert found, f"docs/deployment.md has no {path}"
    return rest.partition("```")[0]


def test_it_has_the_time_to_finish_what_was_begun():
    assert int(lines("TimeoutStopSec")[0]) > 30


def test_only_its_own_state_is_writable():
    assert lines("ProtectSystem") == ["strict"]
    assert lines("DynamicUser") == ["yes"]
    assert lines("ReadWritePaths") == []
    assert lines("CapabilityBoundingSet") == [""]
