"""A script as people wrote them for Rasa X, from its public documentation: `rasa_x_script.py HOST USER PASSWORD FILE`.

It logs in, reads the conversations, tags and annotates, exports, uploads a model, activates and downloads it, and
prints what it saw as JSON. It knows nothing of Parlance.
"""

import json
import sys
import urllib.request


def call(method, path, body=None, headers=None):
    """Return status, headers and decoded body."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(HOST + path, data=data, method=method, headers=headers or {})
    if body is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as response:
        text = response.read().decode()
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, response.headers, json.loads(text) if text and is_json else text


def upload(path, headers):
    """Send a model as a form, as curl -F does."""
    with open(path, "rb") as file:  # noqa: PTH123  scripts of that time did
        content = file.read()
    name = path.rpartition("/")[2]
    head = f'--limit\r\nContent-Disposition: form-data; name="model"; filename="{name}"\r\n'
    body = head.encode() + b"Content-Type: application/gzip\r\n\r\n" + content + b"\r\n--limit--\r\n"
    headers = {**headers, "Content-Type": "multipart/form-data; boundary=limit"}
    request = urllib.request.Request(HOST + "/api/projects/default/models", data=body, method="POST", headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.status, json.loads(response.read())["model"]


def fetch(path, headers):
    """Return a download's headers and its size; urllib follows redirects, and sends no token to other hosts."""
    request = urllib.request.Request(HOST + path)
    for header, value in headers.items():
        request.add_unredirected_header(header, value)
    with urllib.request.urlopen(request) as response:
        return response.headers, len(response.read())


HOST, USER, PASSWORD, MODEL = sys.argv[1:5]
seen = {}

_, _, token = call("POST", "/api/auth", {"username": USER, "password": PASSWORD})
auth = {"Authorization": "Bearer " + token["access_token"]}
seen["user"] = call("GET", "/api/user", headers=auth)[2]["username"]
seen["version"] = sorted(call("GET", "/api/version")[2])

_, headers, conversations = call("GET", "/api/conversations?limit=10&sort_by_latest_event_time=true", headers=auth)
seen["conversations"] = [one["sender_id"] for one in conversations]
seen["total"] = int(headers["X-Total-Count"])
first = conversations[0]["sender_id"]
tracker = call("GET", f"/api/conversations/{first}", headers=auth)[2]
seen["events"] = [event["event"] for event in tracker["events"]]
seen["slots"] = tracker["slots"]
call("PUT", f"/api/conversations/{first}/reviewStatus", {"review_status": "reviewed"}, auth)
seen["reviewed"] = [
    one["sender_id"] for one in call("GET", "/api/conversations?review_status=reviewed", headers=auth)[2]
]

seen["tagged"] = call("POST", f"/api/conversations/{first}/tags", [{"value": "vip", "color": "ff0000"}], auth)[2]
seen["tags"] = [one["value"] for one in call("GET", f"/api/conversations/{first}/tags", headers=auth)[2]]
by_tag = call("GET", f"/api/conversations?tags_any={seen['tagged'][0]['id']}", headers=auth)[2]
seen["by_tag"] = [one["sender_id"] for one in by_tag]
seen["untagged"] = call("DELETE", f"/api/conversations/{first}/tags/{seen['tagged'][0]['id']}", headers=auth)[0]

seen["messages"] = [one["user_input"]["text"] for one in call("GET", "/api/projects/default/logs", headers=auth)[2]]
example = {"text": "hello my friend", "intent": "greet", "entities": []}
seen["added"] = call("POST", "/api/projects/default/training_examples", example, auth)[2]["intent"]
found = call("GET", "/api/projects/default/training_examples?q=my+friend", headers=auth)[2]
seen["examples"] = [one["text"] for one in found]
call("DELETE", f"/api/projects/default/training_examples/{found[0]['id']}", headers=auth)

seen["responses"] = call("POST", "/api/responses", {"response_name": "utter_bye", "text": "Bye"}, auth)[0]
seen["intents"] = [one["intent"] for one in call("GET", "/api/projects/default/intents", headers=auth)[2]]
seen["uploaded"] = upload(MODEL, auth)
name = seen["uploaded"][1]
seen["activated"] = call("PUT", f"/api/projects/default/models/{name}/tags/production", headers=auth)[0]
models = call("GET", "/api/projects/default/models?tag=production", headers=auth)[2]
seen["models"] = [[one["model"], one["tags"], one["project"]] for one in models]
seen["downloaded"] = fetch(f"/api/projects/default/models/{name}", auth)[1]
seen["served"] = fetch("/api/projects/default/models/tags/production", auth)[1]
seen["domain"] = "utter_bye" in call("GET", "/api/domain", headers=auth)[2]
print(json.dumps(seen))
