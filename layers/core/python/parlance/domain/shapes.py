"""What answers look like: the API's document and the client are made from these, and a test holds answers to them.

Times are unix seconds. Answers may carry more than is said here; clients ignore what they do not know.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from parlance.domain.conversations import ReviewStatus
from parlance.domain.jobs import Failure, Progress, State


class Error(msgspec.Struct, frozen=True, kw_only=True):
    """Every failure: `message` is for people, `reason` for programs, `code` is the HTTP status."""

    version: str
    status: Literal["failure"]
    message: str
    reason: str
    details: Any
    help: str | None
    code: int


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """Proof of who calls, for eight hours."""

    access_token: str


class LogInWay(msgspec.Struct, frozen=True, kw_only=True):
    """A button of the log-in page: a link, for the browser leaves the page."""

    name: str
    url: str


class LogInWays(msgspec.Struct, frozen=True, kw_only=True):
    """By which ways people log in."""

    password: bool
    single_sign_on: tuple[LogInWay, ...]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may log in."""

    username: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...] = ()
    authentication_mechanism: str = ""
    saml_id: str | None = None
    """The name at the identity provider; null for accounts that log in by password."""
    data: Any = None


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token for a program; the token itself is in the answer that made it, and nowhere else."""

    id: str
    name: str
    created_at: float
    expires_at: float | None
    last_used_at: float | None
    expired: bool
    token: str | None = None


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to which object; `action` is the permission that was used."""

    id: int
    at: float
    actor: str
    via: str
    action: str
    object: str
    details: dict[str, Any]


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """The intent that a message really has."""

    message_timestamp: float
    intent: str


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a conversation, without its events."""

    sender_id: str
    sender_name: str | None
    latest_event_time: float | None
    latest_input_channel: str
    latest_user_message: str | None
    minimum_action_confidence: float | None
    maximum_action_confidence: float | None
    minimum_intent_confidence: float | None
    maximum_intent_confidence: float | None
    n_events: int
    n_user_messages: int
    n_bot_messages: int
    review_status: ReviewStatus
    interactive: bool
    created_by: str | None
    intents: tuple[str, ...]
    actions: tuple[str, ...]
    policies: tuple[str, ...]
    entities: tuple[str, ...]
    models: tuple[str, ...]
    """Rasa's ids of the models that the user spoke to."""
    tags: tuple[int, ...]
    has_flagged_messages: bool
    corrected_messages: tuple[Corrected, ...]
    in_training_data: bool


class Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's state and events, as Rasa tells them."""

    sender_id: str
    events: tuple[dict[str, Any], ...]
    slots: dict[str, Any] = {}
    latest_event_time: float | None = None
    paused: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Long work: a training and its like."""

    id: str
    kind: str
    state: State
    created_at: float
    created_by: str
    started_at: float | None = None
    finished_at: float | None = None
    attempt: int = 1
    retry_of: str | None = None
    progress: Progress | None = None
    model: str | None = None
    error: Failure | None = None
    exit_code: int | None = None


class JobLog(msgspec.Struct, frozen=True, kw_only=True):
    """The last lines that a job's task wrote."""

    job: str
    state: State
    lines: tuple[str, ...]


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A trained model; `hash` is the entity tag of its file, `size` its bytes."""

    model: str
    hash: str
    version: str
    trained_at: float
    size: int
    tags: tuple[str, ...] = ()
    created_by: str = ""
    job: str | None = None


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A label of conversations."""

    id: int
    value: str
    color: str


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote something last, and when."""

    user: str
    time: float


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A training example, and where it stands."""

    id: int
    text: str
    intent: str | None
    entities: tuple[dict[str, Any], ...]
    hash: str
    annotation: Author
    path: str
    line: int


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A story or a rule as YAML, and where it stands."""

    id: int | str
    name: str
    story: str
    annotation: Author
    filename: str
    line: int
    is_rule: bool
    etag: str


class Variation(msgspec.Struct, frozen=True, kw_only=True):
    """One of the texts that the bot chooses from; keys of Rasa's own (`text`, `buttons`, ...) stand beside these."""

    id: int | str
    response_name: str
    path: str
    line: int
    etag: str


class NamedRegex(msgspec.Struct, frozen=True, kw_only=True):
    """A named regular expression."""

    id: int
    name: str
    pattern: str
    path: str


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """A lookup table, without its elements; `elements` is the file that has them."""

    id: int
    name: str
    elements: str
    number_of_elements: int


class MappedValue(msgspec.Struct, frozen=True, kw_only=True):
    """What users say for a synonym."""

    id: int
    value: str
    nlu_examples_count: int


class Synonym(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot gets, and what users say for it."""

    id: int
    synonym_reference: str
    mapped_values: tuple[MappedValue, ...]


class DomainAction(msgspec.Struct, frozen=True, kw_only=True):
    """An action or a form of the domain."""

    id: int
    name: str
    is_form: bool


class RoleGrants(msgspec.Struct, frozen=True, kw_only=True):
    """A role and what it grants, by project and category."""

    role: str
    grants: dict[str, dict[str, dict[str, bool]]]
    description: str
    is_default: bool
    built_in: bool


class SharedBot(msgspec.Struct, frozen=True, kw_only=True):
    """The link for guests."""

    chat_token: str
    bot_name: str
    description: str
    expires: float
