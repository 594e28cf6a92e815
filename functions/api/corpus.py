"""All training data of the NLU at once."""

from __future__ import annotations

from functions.api.answers import JSON, Answer, page
from functions.api.conversations import download
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from functions.api.examples import DATA, EXAMPLES
from functions.api.files import PROJECT_VERSION, YAML, YAML_MEDIA
from parlance.domain.shapes_nlu import DataWarning, RasaNluData
from parlance.services import corpus as service

corpus = Resource(__name__)

TRAINING_DATA = "/projects/default/training_data"
LIMIT = 2 * MEGABYTE


@corpus.endpoint(
    "PUT",
    DATA,
    scope="examples:update",
    accepts=API_TOKEN,
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    answer=dict[str, int],
    version=PROJECT_VERSION,
)
@corpus.endpoint(
    "PUT",
    EXAMPLES,
    scope="examples:update",
    accepts=API_TOKEN,
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    answer=dict[str, int],
    version=PROJECT_VERSION,
)
def replace_all(call: Call, body: bytes) -> dict[str, int]:
    """Replace all training data of the NLU, by YAML or Rasa's JSON."""
    is_json = call.headers.get("content-type", JSON).startswith(JSON)
    return {"training_examples": service.replace_all(body, is_json=is_json, who=call.principal.username)}


@corpus.endpoint("GET", TRAINING_DATA, scope="examples:list", accepts=API_TOKEN, answer=RasaNluData, gives=(JSON, YAML))
def download_all(call: Call) -> Answer:
    """Download all training data of the NLU: YAML, or JSON by `Accept`."""
    return as_json() if call.headers.get("accept", "").startswith(JSON) else as_yaml()


@corpus.endpoint("GET", f"{DATA}.json", scope="examples:list", accepts=API_TOKEN, answer=RasaNluData)
def download_json(_call: Call) -> Answer:
    """Download all training data of the NLU as JSON."""
    return as_json()


@corpus.endpoint("GET", f"{DATA}.md", scope="examples:list", accepts=API_TOKEN, gives=(YAML,))
def download_yaml(_call: Call) -> Answer:
    """Download all training data of the NLU as YAML."""
    return as_yaml()


@corpus.endpoint(
    "GET", "/projects/default/dataWarnings", scope="warnings:get", accepts=API_TOKEN, answer=list[DataWarning]
)
@corpus.endpoint(
    "GET", "/projects/default/training_data_warnings", scope="warnings:get", accepts=API_TOKEN, answer=list[DataWarning]
)
def warnings(_call: Call) -> Answer:
    """Say what is odd about the training data, with file and line."""
    found = service.warnings()
    return page(found, len(found))


@corpus.endpoint("GET", "/projects/default/entities", scope="entities:list", accepts=API_TOKEN, answer=list[str])
def entities(_call: Call) -> Answer:
    """List the names of the entities that are marked in the examples."""
    found = service.entities()
    return page(found, len(found))


def as_json() -> Answer:
    """Answer Rasa's JSON format as a file."""
    return download(service.as_json(), JSON, "nlu.train.json")


def as_yaml() -> Answer:
    """Answer YAML as a file."""
    return download(service.as_yaml(), YAML, "nlu.train.yml")
