"""The API document is the same wherever it is asked for."""

import json

import httpx
from conftest import TLS, succeed


def test_the_command_prints_what_the_server_answers_without_a_token(server, dev):
    printed = succeed("openapi")
    assert printed.startswith("{\n"), "it is for people too"
    for url in (server.start().url, dev.url):
        for path in ("/openapi.json", "/openapi.json/"):
            answer = httpx.get(url + path, headers={"Origin": "https://docs.example.com"}, verify=TLS)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["access-control-allow-origin"] == "https://docs.example.com"
            document = answer.json()
            example = document["paths"].pop("/api/transfers", None)
            assert (example is not None) == (url == dev.url), "the example is dev mode's alone"
            if example:
                document["tags"] = [tag for tag in document["tags"] if tag["name"] != "Example"]
                for of_example in ("Transfer", "TransferMade"):
                    del document["components"]["schemas"][of_example]
            assert document == json.loads(printed)


def test_the_document_is_that_of_this_version():
    document = json.loads(succeed("openapi"))
    assert document["openapi"].startswith("3.1.")
    assert f"sekisho-server {document['info']['version']}" == succeed("--version").strip()
    assert document["servers"] == [{"url": "/"}]
    assert not [path for path in document["paths"] if path.startswith("/dev")]
