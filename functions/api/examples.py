"""Training examples of the NLU, one by one."""

from __future__ import annotations

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.domain.training.examples import ExampleFilter, NewExample
from parlance.services import examples as service
from parlance.services.versions import FILES

examples = Resource(__name__)

EXAMPLES = "/projects/default/training_examples"
DATA = "/projects/default/data"
"""The deprecated name."""
VERSION = FILES, lambda _call, example: service.read_example(example)


@examples.endpoint(
    "GET", DATA, scope="examples:list", accepts=API_TOKEN, query=ExampleFilter, answer=list[shapes.Example]
)
@examples.endpoint(
    "GET", EXAMPLES, scope="examples:list", accepts=API_TOKEN, query=ExampleFilter, answer=list[shapes.Example]
)
def list_examples(_call: Call, query: ExampleFilter) -> Answer:
    """List training examples."""
    found, total = service.list_examples(query)
    return page(found, total)


@examples.endpoint(
    "POST", DATA, scope="examples:create", accepts=API_TOKEN, body=NewExample, status=201, answer=shapes.Example
)
@examples.endpoint(
    "POST", EXAMPLES, scope="examples:create", accepts=API_TOKEN, body=NewExample, status=201, answer=shapes.Example
)
def add_example(call: Call, body: NewExample) -> Answer:
    """Add a training example; one with the same text is replaced."""
    return Answer(service.add_example(body, call.principal.username), 201)


@examples.endpoint(
    "GET", f"{DATA}/{{example}}", scope="examples:get", accepts=API_TOKEN, answer=shapes.Example, tagged=True
)
@examples.endpoint(
    "GET", f"{EXAMPLES}/{{example}}", scope="examples:get", accepts=API_TOKEN, answer=shapes.Example, tagged=True
)
def read_example(_call: Call, example: str) -> object:
    """Show a training example by the hash of its text."""
    return service.read_example(example)


@examples.endpoint(
    "PUT",
    f"{DATA}/{{example}}",
    scope="examples:update",
    accepts=API_TOKEN,
    body=NewExample,
    answer=shapes.Example,
    tagged=True,
    version=VERSION,
)
@examples.endpoint(
    "PUT",
    f"{EXAMPLES}/{{example}}",
    scope="examples:update",
    accepts=API_TOKEN,
    body=NewExample,
    answer=shapes.Example,
    tagged=True,
    version=VERSION,
)
def change_example(call: Call, example: str, body: NewExample) -> object:
    """Replace a training example."""
    return service.change_example(example, body, call.principal.username)


@examples.endpoint(
    "DELETE", f"{DATA}/{{example}}", scope="examples:delete", accepts=API_TOKEN, status=204, version=VERSION
)
@examples.endpoint(
    "DELETE", f"{EXAMPLES}/{{example}}", scope="examples:delete", accepts=API_TOKEN, status=204, version=VERSION
)
def remove_example(call: Call, example: str) -> Answer:
    """Remove a training example from its file."""
    service.remove_example(example, call.principal.username)
    return NO_CONTENT
