"""Flags, corrected intents and tags of conversations."""

from __future__ import annotations

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import Call, Resource
from parlance.domain import shapes
from parlance.domain.annotation import Correction
from parlance.domain.conversations import GivenTag
from parlance.services import annotation as service
from parlance.services import corrections

annotation = Resource(__name__)


MESSAGE = "/conversations/{sender_id}/messages/{timestamp}"


@annotation.endpoint("PUT", f"{MESSAGE}/flag", scope="messageFlags:update", status=201, gives=("text/plain",))
def flag(call: Call, sender_id: str, timestamp: str) -> Answer:
    """Flag a message."""
    service.flag(call.principal, sender_id, timestamp)
    return Answer("", 201, media="text/plain")


@annotation.endpoint("DELETE", f"{MESSAGE}/flag", scope="messageFlags:delete", gives=("text/plain",))
def unflag(call: Call, sender_id: str, timestamp: str) -> Answer:
    """Take a message's flag off."""
    service.unflag(call.principal, sender_id, timestamp)
    return Answer("", 200, media="text/plain")


@annotation.endpoint("PUT", f"{MESSAGE}/intent", scope="messageIntents:update", body=Correction, answer=Correction)
def correct(call: Call, sender_id: str, timestamp: str, body: Correction) -> Answer:
    """Say which intent a message really has; it becomes a training example."""
    corrections.correct_intent(call.principal, sender_id, timestamp, body)
    return Answer({"intent": body.intent}, 200)


@annotation.endpoint("DELETE", f"{MESSAGE}/intent", scope="messageIntents:delete", status=204)
def forget_correction(call: Call, sender_id: str, timestamp: str) -> Answer:
    """Take a correction back."""
    corrections.forget_correction(call.principal, sender_id, timestamp)
    return NO_CONTENT


@annotation.endpoint("GET", "/conversations/tags", scope="conversationTags:list", answer=list[shapes.Tag])
def list_tags(_call: Call) -> Answer:
    """List all tags with their conversations."""
    found = service.all_tags()
    return page(found, len(found))


@annotation.endpoint("DELETE", "/conversations/tags/{tag_id}", scope="conversationTags:delete", status=204)
def delete_tag(_call: Call, tag_id: str) -> Answer:
    """Delete a tag everywhere."""
    service.delete_tag(tag_id)
    return NO_CONTENT


@annotation.endpoint("GET", "/conversations/{sender_id}/tags", scope="conversationTags:list", answer=list[shapes.Tag])
def tags_of(call: Call, sender_id: str) -> Answer:
    """List a conversation's tags."""
    found = service.tags_of(call.principal, sender_id)
    return page(found, len(found))


@annotation.endpoint(
    "POST",
    "/conversations/{sender_id}/tags",
    scope="conversationTags:create",
    body=tuple[GivenTag, ...],
    status=201,
    answer=list[shapes.Tag],
)
def tag(call: Call, sender_id: str, body: tuple[GivenTag, ...]) -> Answer:
    """Tag a conversation, with known tags or new ones."""
    return Answer(service.tag(call.principal, sender_id, body), 201)


@annotation.endpoint("DELETE", "/conversations/{sender_id}/tags/{tag_id}", scope="conversationTags:delete", status=204)
def untag(call: Call, sender_id: str, tag_id: str) -> Answer:
    """Take a tag off a conversation."""
    service.untag(call.principal, sender_id, tag_id)
    return NO_CONTENT
