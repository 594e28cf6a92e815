"""Single sign-on through API Gateway: the function may read its secret and keep a log-in's steps; cookies pass."""

import http.client
import json
from urllib.parse import parse_qs, urlsplit

from tests.support.identity_provider import CLIENT, SECRET, identity_provider


def ask(url, method="GET", headers=None, body=None):
    """Send one request and follow no redirect; returns status, headers and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_somebody_logs_in_at_the_provider_and_reads_conversations(cloud):
    api = f"{cloud.url}/restapis/{cloud.outputs['RestApiId']}/{cloud.outputs['ApiStage']}/_user_request_"
    secret = cloud.client("lambda").get_function_configuration(FunctionName="parlance-api")["Environment"]["Variables"][
        "SSO_SECRET"
    ]
    with identity_provider() as provider:
        facts = {
            "issuer": provider.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "default_roles": ["annotator"],
        }
        cloud.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(facts))

        status, left, _body = ask(f"{api}/api/auth/oidc/login?next=/talk")
        assert status == 302, _body
        cookie = {"Cookie": left["Set-Cookie"].split(";")[0]}
        _status, let_in, _body = ask(left["Location"])
        back = urlsplit(let_in["Location"])
        status, back_at_login, _body = ask(f"{api}{back.path}?{back.query}", headers=cookie)
        told = parse_qs(urlsplit(back_at_login["Location"]).fragment)
        body = json.dumps({"single_use_token": told["single_use_token"][0]})
        status, _headers, answer = ask(f"{api}/api/auth", "POST", {**cookie, "Content-Type": "application/json"}, body)

    assert status == 200, answer
    token = json.loads(answer)["access_token"]
    assert ask(f"{api}/api/conversations", headers={"Authorization": f"Bearer {token}"})[0] == 200
