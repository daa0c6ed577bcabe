"""Documents whose shell lines are run in order and whose outputs are compared."""

import json
import os
import re
import subprocess

# Where the documents have the server.
ADDRESS = "http://127.0.0.1:3001"
END = "== end of a block =="
ANY = "…"


def blocks(text):
    """The blocks of a document: their language and what is in them."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)


def section(document, title):
    return re.split(r"^## ", document.read_text(), flags=re.M)[1:][titles(document).index(title)]


def titles(document):
    return re.findall(r"^## (.+)$", document.read_text(), re.M)


def shell(url, scripts):
    """What each of the scripts printed, all of them run in one shell."""
    text = "".join(f"{script}echo\necho '{END}'\n" for script in scripts).replace(ADDRESS, url)
    options = {"capture_output": True, "text": True, "timeout": 60}
    done = subprocess.run(["sh", "-euc", text], env={"PATH": os.environ["PATH"]}, **options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [printed.removesuffix("\n") for printed in done.stdout.split(f"{END}\n")[:-1]]


def run_as_shown(url, text):
    """Runs the shell blocks; a block of output after one is what it prints, without one it prints nothing."""
    found = blocks(text)
    scripts = [script for language, script in found if language == "sh"]
    assert scripts, "no shell lines"
    shown = [
        (language, output) if before == "sh" and language in ("json", "text") else ("text", "")
        for (before, _), (language, output) in zip(found, [*found[1:], ("", "")], strict=True)
        if before == "sh"
    ]
    for script, (language, output), printed in zip(scripts, shown, shell(url, scripts), strict=True):
        output = output.replace(ADDRESS, url)
        is_it = same(json.loads(output), json.loads(printed)) if language == "json" else same(output, printed)
        assert is_it, f"{script}\nprints\n{printed}\nbut is shown with\n{output}"


def same(shown, found):
    """Whether it is what is shown, where … stands for any text."""
    if isinstance(shown, str) and isinstance(found, str):
        pattern = ".+".join(map(re.escape, shown.strip("\n").split(ANY)))
        return re.fullmatch(pattern, found.strip("\n")) is not None
    if isinstance(shown, dict) and isinstance(found, dict):
        return shown.keys() == found.keys() and all(same(shown[name], found[name]) for name in shown)
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(same, shown, found))
    return type(shown) is type(found) and shown == found
