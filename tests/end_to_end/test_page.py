"""The pages over HTTP: what they may do in a browser, and whose cookie counts."""

import httpx
import pytest
from conftest import PASSWORD, TLS, code_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The reader of the API document writes style attributes.
POLICY_OF_DOCS = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
DEMO_PASSWORD = "seven barriers on the road"
FILES = ["/not-me", "/web/not-me.js", "/web/language.js", "/web/page.css"]
FILES_OF_DOCS = ["/docs", "/docs/", "/web/docs.js", "/web/scalar.js"]
DEMO_FILES = ["/", "/web/page.js", "/web/sekisho-verify.js", "/web/sekisho-verify/element.js"]


@pytest.fixture
def cookie(dev):
    """The header of a browser that has signed in to the demo."""
    signed_in = dev.http.post("/demo/session", headers=OWN_PAGE)
    assert signed_in.status_code == 204, signed_in.text
    value, *attributes = signed_in.headers["set-cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict"]
    assert signed_in.headers["cache-control"] == "no-store"
    dev.http.cookies.clear()
    return {"Cookie": value}


def test_each_file_has_a_strict_policy_and_is_asked_for_by_its_tag(dev):
    for path in FILES + DEMO_FILES:
        answer = dev.http.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        known = dev.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b""), path


def test_another_method_is_refused_as_anywhere(dev):
    for path in FILES + FILES_OF_DOCS + DEMO_FILES:
        refused = dev.http.request("POST", path)
        assert refused.status_code == 405, path
        assert refused.json()["code"] == "request.method_not_allowed", path


def test_the_api_document_has_a_page_in_every_mode(server, dev):
    for url in (server.start().url, dev.url):
        for path in FILES_OF_DOCS:
            answer = httpx.get(url + path, verify=TLS)
            assert answer.status_code == 200, path
            assert answer.headers["content-security-policy"] == POLICY_OF_DOCS
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            known = httpx.get(url + path, headers={"If-None-Match": answer.headers["etag"]}, verify=TLS)
            assert (known.status_code, known.content) == (304, b""), path


def test_the_reader_is_sent_packed(dev):
    packed = dev.http.get("/web/scalar.js")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < 1_600_000 < len(packed.text)


def test_without_dev_mode_there_is_no_page_of_the_demo(server):
    server.start()
    with httpx.Client(base_url=server.url, verify=TLS) as http:
        for path in FILES:
            assert http.get(path).status_code == 200, path
        for path in DEMO_FILES:
            assert http.get(path).status_code == 404, path
        for method in ("POST", "DELETE"):
            assert http.request(method, "/demo/session", headers=OWN_PAGE).status_code == 404


def test_without_dev_mode_no_cookie_counts(server):
    subject = server.add_user("ana@example.com")
    server.start()
    token = server.issuer.token(subject)
    with httpx.Client(base_url=server.url, verify=TLS) as http:
        in_cookie = {**OWN_PAGE, "Cookie": f"sekisho_demo={token}"}
        refused = http.get("/api/my-account", headers=in_cookie)
        assert (refused.status_code, code_of(refused)) == (401, "auth.authorization_header_missing")
        accepted = http.get("/api/my-account", headers={"Authorization": f"Bearer {token}"})
        assert accepted.status_code == 200


def test_the_cookie_counts_for_the_demos_own_page(dev, cookie):
    account = dev.http.get("/api/my-account", headers={**cookie, **OWN_PAGE})
    assert account.json()["id"] == "demo-user"
    # Beside cookies of others.
    several = {"Cookie": f"theme=dark; {cookie['Cookie']}; odd", **OWN_PAGE}
    assert dev.http.get("/api/my-account", headers=several).status_code == 200


@pytest.mark.parametrize("site", [None, "same-site", "cross-site", "none", "same-origin, same-site"])
def test_the_cookie_counts_for_nobody_else(dev, cookie, site):
    headers = cookie | ({"Sec-Fetch-Site": site} if site else {})
    body = {"password": DEMO_PASSWORD}
    refused = dev.http.post("/api/verifications/password", headers=headers, json=body)
    assert (refused.status_code, code_of(refused)) == (401, "auth.authorization_header_missing")


def test_beside_an_authorization_header_the_cookie_does_not_count(dev, cookie):
    token = dev.add_user(username="ana", password=PASSWORD)
    for header, status in ((f"Bearer {token}", 200), ("Bearer forged", 401), ("Basic YTpi", 401), ("", 401)):
        headers = {**cookie, **OWN_PAGE, "Authorization": header}
        answer = dev.http.get("/api/my-account", headers=headers)
        assert answer.status_code == status, header
        assert answer.json().get("id") != "demo-user"


def test_a_cookie_that_nobody_signed_does_not_count(dev, cookie):
    forged = {"Cookie": cookie["Cookie"][:-4] + "AAAA", **OWN_PAGE}
    refused = dev.http.get("/api/my-account", headers=forged)
    assert (refused.status_code, code_of(refused)) == (401, "auth.unauthorized")


def test_without_fetch_metadata_the_page_of_the_host_that_is_asked_signs_in_verifies_and_signs_out(dev):
    """As of a phone that opens http://192.0.2.2:3003: to that, browsers send no Sec-Fetch-Site."""
    lan = {"Host": "192.0.2.2:3003", "Origin": "http://192.0.2.2:3003"}
    signed_in = dev.http.post("/demo/session", headers=lan)
    assert signed_in.status_code == 204, signed_in.text
    value, *attributes = signed_in.headers["set-cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict"]
    dev.http.cookies.clear()
    signed_in = {"Cookie": value, "Host": lan["Host"]}
    # A browser sends no Origin with a GET to the page's own.
    assert dev.http.get("/api/my-account", headers=signed_in).json()["id"] == "demo-user"
    body = {"password": DEMO_PASSWORD}
    verified = dev.http.post("/api/verifications/password", headers=signed_in | lan, json=body)
    assert verified.status_code == 201, verified.text
    assert dev.http.delete("/demo/session", headers=signed_in | lan).status_code == 204


@pytest.mark.parametrize(
    "origin", [None, "null", "http://192.0.2.2:3004", "http://192.0.2.2", "http://192.0.2.2:3003.example"]
)
def test_without_fetch_metadata_no_other_page_changes_anything(dev, cookie, origin):
    headers = {"Host": "192.0.2.2:3003"} | ({"Origin": origin} if origin else {})
    for method in ("POST", "DELETE"):
        refused = dev.http.request(method, "/demo/session", headers=headers)
        assert (refused.status_code, code_of(refused)) == (400, "guard.invalid_input")
        assert "set-cookie" not in refused.headers
    body = {"password": DEMO_PASSWORD}
    refused = dev.http.post("/api/verifications/password", headers=headers | cookie, json=body)
    assert (refused.status_code, code_of(refused)) == (401, "auth.authorization_header_missing")
    # What another page could read comes with its Origin.
    read = dev.http.get("/api/my-account", headers=headers | cookie)
    assert read.status_code == (401 if origin else 200)


@pytest.mark.parametrize("site", [None, "same-site", "cross-site", "none"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_no_other_page_signs_in_or_out(dev, method, site):
    headers = {"Sec-Fetch-Site": site} if site else {}
    refused = dev.http.request(method, "/demo/session", headers=headers)
    assert (refused.status_code, code_of(refused)) == (400, "guard.invalid_input")
    assert "set-cookie" not in refused.headers


def test_signing_out_takes_the_cookie_away_and_https_makes_it_secure(dev):
    signed_out = dev.http.delete("/demo/session", headers=OWN_PAGE)
    assert signed_out.status_code == 204
    assert signed_out.headers["set-cookie"].startswith("sekisho_demo=; ")
    assert "Max-Age=0" in signed_out.headers["set-cookie"]
    behind_proxy = {**OWN_PAGE, "Origin": "https://demo.example"}
    signed_in = dev.http.post("/demo/session", headers=behind_proxy)
    assert "; Secure" in signed_in.headers["set-cookie"]


def test_each_signing_in_is_a_session_of_its_own(dev, cookie):
    """A record of one is refused in another where the requirement says so."""
    dev.set_policy({"operations": {"transfer": {"sameSession": True}}})
    transfer = {"amount": "120.00", "currency": "EUR", "payee": "Ana"}
    first = {**cookie, **OWN_PAGE}
    body = {"password": DEMO_PASSWORD, "operation": {"type": "transfer", **transfer}}
    record = dev.http.post("/api/verifications/password", headers=first, json=body).json()
    shown = {"logto-verification-id": record["verificationRecordId"]}
    again = dev.http.post("/demo/session", headers=OWN_PAGE)
    dev.http.cookies.clear()
    second = {"Cookie": again.headers["set-cookie"].split("; ")[0], **OWN_PAGE}
    refused = dev.http.post("/api/transfers", headers={**second, **shown}, json=transfer)
    assert (refused.status_code, code_of(refused)) == (401, "record_session_mismatch")
    assert dev.http.post("/api/transfers", headers={**first, **shown}, json=transfer).status_code == 201
