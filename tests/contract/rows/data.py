"""Rows 10, 18-24, 74-75 and 80-145: domain, training data, stories, rules, responses, configuration."""

from __future__ import annotations

import base64
from typing import Any

from tests.contract.rows.calling import COUNTED, NOTHING, YAML, Row, row

EXAMPLE = {"id", "text", "intent", "entities", "hash", "annotation"}
LOG = {"id", "time", "model", "hash", "conversation_id", "event_id", "user_input"}
STORY = {"id", "name", "story", "annotation", "filename", "is_rule"}
RESPONSE = {"id", "response_name", "text", "annotator_id", "annotated_at", "project_id", "edited_since_last_training"}
SYNONYM = {"id", "synonym_reference", "mapped_values"}
WRONG = {"status", "reason"}
P = "/projects/default"
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n    - from [Oslo](city)\n"
DOMAIN = (
    "intents:\n- greet\n- bye\nentities:\n- city\nresponses:\n  utter_greet:\n  - text: Hello!\nactions:\n- action_a\n"
)
FLOW = "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
CONFIG = "language: en\npipeline:\n- name: WhitespaceTokenizer\npolicies:\n- name: RulePolicy\n"
ID, HASH = {"id": lambda reply: reply.json["id"]}, {"hash": lambda reply: reply.json["hash"]}
FIRST = {"id": lambda reply: reply.json[0]["id"]}
HERE = {"text": "well met from Oslo", "intent": "greet"}
HERE |= {"entities": [{"start": 14, "end": 18, "value": "Oslo", "entity": "city"}]}  # type: ignore[dict-item]


def examples(numbers: list[str], path: str, files: tuple[tuple[str, str], ...]) -> tuple[Row, ...]:
    """Return the rows of training examples under one of their two names, in the contract's order."""
    listed, add, every, one, change, drop = numbers
    query = "q=from&intent=greet&entities=city&sorted=true&distinct=true&limit=5&offset=0&fields[text]=true"
    return (
        row(every, f"PUT {P}/{path}", 200, dict, body=NLU, sent=YAML),
        row(every, f"PUT {P}/{path}", 400, WRONG, body="nlu: [", sent=YAML),
        row(every, f"PUT {P}/{path}", 415, WRONG, body="x", sent={"Content-Type": "text/html"}),
        row(listed, f"GET {P}/{path}", 200, [EXAMPLE], headers={"X-Total-Count": "3"}),
        row(listed, f"GET {P}/{path}?{query}", 200, [{"text"}], headers={"X-Total-Count": "1"}),
        row(add, f"POST {P}/{path}", 201, EXAMPLE, json=HERE, keep={**ID, **HASH}),
        row(one, f"GET {P}/{path}/{{hash}}", 200, EXAMPLE),
        row(one, f"GET {P}/{path}/none", 404, WRONG),
        row(change, f"PUT {P}/{path}/{{id}}", 200, EXAMPLE, json={**HERE, "intent": "bye"}, keep=ID),
        row(drop, f"DELETE {P}/{path}/{{id}}", 204, NOTHING),
        row(drop, f"DELETE {P}/{path}/{{id}}", 404, WRONG),
        *(row(number, f"GET {P}/{place}", 200, object) for number, place in files),
    )


def flows(numbers: list[str], name: str) -> tuple[Row, ...]:
    """Return the rows of stories or rules."""
    listed, add, every, change, drop = numbers
    one = name.removesuffix("s").replace("storie", "story")
    text, other = (body.replace("stories", name).replace("story", one) for body in (FLOW, FLOW.replace("one", "two")))
    return (
        row(every, f"PUT /{name}", 200, [STORY], body=text, sent=YAML),
        row(add, f"POST /{name}", 201, [STORY], body=other, sent=YAML),
        row(add, f"POST /{name}", 400, WRONG, body=f"{name}: [", sent=YAML),
        row(listed, f"GET /{name}", 200, [STORY], keep=FIRST, headers=COUNTED),
        row(listed, f"GET /{name}?q=one&id={{id}}&distinct=true&fields[name]=true", 200, [{"name"}]),
        row(listed, f"GET /{name}", 200, "text/vnd.graphviz", sent={"Accept": "text/vnd.graphviz"}),
        row(listed, f"GET /{name}", 200, "application/x-yaml", sent={"Accept": "application/yaml"}),
        row(change, f"PUT /{name}/{{id}}", 200, object, body=text.replace("one", "three"), sent=YAML),
        row(listed, f"GET /{name}", 200, [STORY], keep=FIRST),
        *((row("126", "GET /stories/{id}", 200, STORY, headers={"ETag": ".+"}),) if name == "stories" else ()),
        row(drop, f"DELETE /{name}/{{id}}", 204, NOTHING),
        row(drop, f"DELETE /{name}/{{id}}", 404, WRONG),
    )


def responses(numbers: list[str], path: str) -> tuple[Row, ...]:
    """Return the rows of responses under one of their two names."""
    listed, add, every, change, drop = numbers
    whole: dict[str, Any] = {"response_name": "utter_more", "text": "More?", "channel": "slack"}
    whole |= {"buttons": [{"title": "Yes", "payload": "/affirm"}], "image": "https://x.test/i.png"}
    return (
        row(every, f"PUT /{path}", 200, [RESPONSE], json=[{"response_name": "utter_greet", "text": "Hello!"}]),
        row(add, f"POST /{path}", 201, RESPONSE, json=whole, keep=ID),
        row(add, f"POST /{path}", 400, WRONG, json={"response_name": "utter_x", "text": 5}),
        row(listed, f"GET /{path}", 200, [RESPONSE], headers={"X-Total-Count": "2"}),
        row(listed, f"GET /{path}?q=more&response_name=utter_more&limit=1&offset=0&fields[text]=true", 200, [{"text"}]),
        row(change, f"PUT /{path}/{{id}}", 200, RESPONSE, json={**whole, "text": "Even more?"}, keep=ID),
        row(drop, f"DELETE /{path}/{{id}}", 204, NOTHING),
        row(drop, f"DELETE /{path}/{{id}}", 404, WRONG),
    )


# fmt: off
ROWS = (
    row(80, f"GET {P}/logs", 200, [LOG], headers=COUNTED, keep={**FIRST, "hash": lambda reply: reply.json[0]["hash"]}),
    row(80, f"GET {P}/logs?q=ell&intent=greet&limit=5&offset=0&exclude_training_data=true&sort_by=confidence"
        "&sort_order=asc&fields[user_input][text]=true", 200, [{"user_input"}]),
    row(81, f"POST {P}/logs?q=something%20new", 201, LOG),
    row(81, f"POST {P}/logs", 201, LOG, json="as a JSON text"),
    row(82, f"GET {P}/logs/{{hash}}", 200, LOG),
    row(83, f"DELETE {P}/logs/{{id}}", 204, NOTHING),
    row(10, "POST /projects/default", 201, {"name"}),
    row(10, "POST /projects/default", 409, WRONG),
    row(19, "PUT /domain?store_responses=true", 200, object, body=DOMAIN, sent=YAML),
    row(19, "PUT /domain", 400, WRONG, body="intents: [", sent=YAML),
    row(18, "GET /domain", 200, "application/", headers={"ETag": ".+"}),
    row(20, "GET /domainWarnings", 200, {"intent_warnings", "entity_warnings", "action_warnings", "slot_warnings"},
        headers=COUNTED),
    row(21, f"GET {P}/actions", 200, [{"name", "is_form"}]),
    row(22, f"POST {P}/actions", 201, {"name", "is_form"}, json={"name": "action_b", "is_form": False}, keep=ID),
    row(23, f"PUT {P}/actions/{{id}}", 200, {"name"}, json={"name": "action_c", "is_form": False}, keep=ID),
    row(24, f"DELETE {P}/actions/{{id}}", 204, NOTHING),
    row(24, f"DELETE {P}/actions/{{id}}", 404, WRONG),
    row(74, f"GET {P}/settings", 200, "application/", headers={"ETag": ".+"}),
    row(75, f"PUT {P}/settings", 200, object, body=CONFIG, sent=YAML),
    row(75, f"PUT {P}/settings", 422, WRONG, body="language: en\n", sent=YAML),
    row(75, f"PUT {P}/settings", 400, WRONG, body="[", sent=YAML),
    *examples(["84", "85", "86", "87", "88", "89"], "training_examples",
              (("90", "training_data"), ("91", "training_data_warnings"))),
    row(90, f"GET {P}/training_data", 200, {"rasa_nlu_data"}, sent={"Accept": "application/json"},
        headers={"Content-Disposition": 'attachment; filename="nlu.train.json"'}),
    row(90, f"GET {P}/training_data", 200, "application/x-yaml", sent={"Accept": "application/yaml"},
        headers={"Content-Disposition": r'attachment; filename="nlu.train.ya?ml"'}),
    *examples(["92", "93", "94", "95", "96", "97"], "data", (("98", "dataWarnings"), ("99", "data.json"))),
    row("99a", f"GET {P}/data.md", 200, "application/x-yaml"),
    row(101, f"POST {P}/regexes", 201, {"id", "name", "pattern"}, json={"name": "zip", "pattern": "[0-9]+"}, keep=ID),
    row(100, f"GET {P}/regexes", 200, [{"id", "name", "pattern"}]),
    row(102, f"GET {P}/regexes/{{id}}", 200, {"id", "name", "pattern"}),
    row(103, f"PUT {P}/regexes/{{id}}", 200, {"id", "name", "pattern"}, json={"name": "zip", "pattern": "x"}, keep=ID),
    row(104, f"DELETE {P}/regexes/{{id}}", 204, NOTHING),
    row(106, f"POST {P}/lookupTables", 201, {"id", "name", "elements", "number_of_elements"},
        json={"filename": "cities.txt", "content": base64.b64encode(b"Oslo\nRome\n").decode()}, keep=ID),
    row(105, f"GET {P}/lookupTables", 200, [{"id", "name", "elements", "number_of_elements"}]),
    row(107, f"GET {P}/lookupTables/{{id}}", 200, "text/plain"),
    row(108, f"DELETE {P}/lookupTables/{{id}}", 204, NOTHING),
    row(110, f"POST {P}/synonyms", 201, SYNONYM, keep=ID,
        json={"synonym_reference": "Oslo", "mapped_values": [{"value": "Kristiania"}]}),
    row(109, f"GET {P}/synonyms?mapped_value=Kristiania", 200, [SYNONYM]),
    row(111, f"GET {P}/synonyms/{{id}}", 200, SYNONYM),
    row(112, f"POST {P}/synonyms/{{id}}", 201, SYNONYM, json={"mapped_values": [{"value": "Christiania"}]},
        keep={"value": lambda reply: reply.json["mapped_values"][0]["id"]}),
    row(115, f"PUT {P}/synonyms/{{id}}/{{value}}", 200, dict, json={"value": "Ånslo"}),
    row(111, f"GET {P}/synonyms/{{id}}", 200, SYNONYM, keep={"value": lambda one: one.json["mapped_values"][0]["id"]}),
    row("115a", f"DELETE {P}/synonyms/{{id}}/{{value}}", 204, NOTHING),
    row(113, f"PUT {P}/synonyms/{{id}}", 200, SYNONYM, json={"synonym_reference": "Ås"}, keep=ID),
    row(114, f"DELETE {P}/synonyms/{{id}}", 204, NOTHING),
    row(116, f"GET {P}/entities", 200, [str]),
    row(121, f"POST {P}/userGoals", 201, {"name"}, json={"name": "travel"}),
    row(118, f"POST {P}/intents", 201, {"intent"}, json={"intent": "fly", "user_goal": "travel"}),
    row(118, f"POST {P}/intents", 404, WRONG, json={"intent": "unknown", "mapped_to": "greet"}),
    row(117, f"GET {P}/intents?is_temporary=false&fields[intent]=true", 200, [{"intent"}]),
    row(119, f"PUT {P}/intents/fly", 200, {"intent"}, json={"intent": "soar"}),
    row(120, f"DELETE {P}/intents/soar", 204, NOTHING),
    row(122, f"DELETE {P}/userGoals/travel", 204, NOTHING),
    *flows(["123", "124", "125", "127", "128"], "stories"),
    row(129, "GET /stories.md", 200, "application/x-yaml"),
    *flows(["130", "131", "132", "133", "134"], "rules"),
    *responses(["135", "136", "137", "138", "139"], "responses"),
    *responses(["142", "143", "144", "145", "145a"], "templates"),
    row(140, "GET /responseGroups", 200, [{"name", "responses"}]),
    row(141, "PUT /responseGroups/utter_greet", 200, object, json={"name": "utter_welcome"}),
)
# fmt: on
