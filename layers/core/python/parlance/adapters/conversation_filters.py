"""The contract's filters as SQL conditions on `conversations c`, and the parameters they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import models
from parlance.adapters.sql import query
from parlance.domain.conversations import COUNTED

if TYPE_CHECKING:
    from parlance.domain.conversations import Filter, Viewer


NAMES = {
    "policies": "policy",
    "intent": "intent",
    "entity": "entity",
    "action": "action",
    "model": "model",
    "rasa_environment": "environment",
}
"""Filters by a name that a conversation has seen, and the names' kind."""
HAS_NAME = """EXISTS (SELECT FROM seen_names s WHERE s.sender_id = c.sender_id
              AND s.names && CAST(:{0} AS text[]))"""
IS_NAMED = """c.sender_id = ANY (ARRAY(
              SELECT s.sender_id FROM seen_names s WHERE s.names && CAST(:{0} AS text[])))"""
"""For names that few conversations have: PostgreSQL takes a name that it never saw for one that many have."""
COUNTS = """
SELECT name, n_conversations FROM name_counts
WHERE name = ANY (CAST(:names AS text[])) OR (name >= 'environment:' AND name < 'environment;')
"""


HAS_PIECE = "trigrams(m.text) @> trigrams(:piece) AND m.text ILIKE :text"
FEW_TEXTS = 1000
LOOKUP_COST = 5
"""Of a conversation that is looked up by its names, against one that is walked past."""
SAID = "EXISTS (SELECT FROM seen_texts s WHERE s.sender_id = c.sender_id AND s.hash = ANY (CAST(:hashes AS uuid[])))"
"""For texts that are named: so PostgreSQL knows whether everybody says them or hardly anybody, and plans for it."""
CONDITIONS: dict[str, str] = {
    "start": "c.latest_event_time >= :start",
    "until": "c.latest_event_time <= :until",
    "minimum_confidence": "c.minimum_action_confidence >= :minimum_confidence",
    "maximum_confidence": "coalesce(c.minimum_action_confidence, 2) <= :maximum_confidence",
    "minimum_nlu_confidence": "c.minimum_intent_confidence >= :minimum_nlu_confidence",
    "maximum_nlu_confidence": "c.minimum_intent_confidence <= :maximum_nlu_confidence",
    "minimum_user_messages": "c.n_user_messages >= :minimum_user_messages",
    **{parameter: HAS_NAME.format(parameter) for parameter in NAMES},
    "text": f"""EXISTS (SELECT FROM seen_texts s JOIN message_logs m USING (hash)
                WHERE s.sender_id = c.sender_id AND {HAS_PIECE})""",
    "is_flagged": "EXISTS (SELECT FROM message_flags s WHERE s.sender_id = c.sender_id)",
    "tags_any": """EXISTS (SELECT FROM conversation_tags s
                   WHERE s.sender_id = c.sender_id AND s.tag_id = ANY (CAST(:tags_any AS int[])))""",
    "slots": """EXISTS (SELECT FROM seen_slots s
                JOIN unnest(CAST(:slot_names AS text[]), CAST(:slot_values AS text[])) AS wanted (name, value)
                  ON s.name = wanted.name AND s.value ILIKE wanted.value
                WHERE s.sender_id = c.sender_id)""",
    "input_channels": """(c.latest_input_channel = ANY (CAST(:input_channels AS text[]))
                       OR (c.latest_input_channel IS NULL AND 'rasa' = ANY (CAST(:input_channels AS text[]))))""",
    "review_status": "c.review_status = ANY (CAST(:review_status AS text[]))",
    "in_training_data": """c.sender_id IN (SELECT sender_id FROM conversation_sessions WHERE NOT is_memoized
                           UNION ALL SELECT sender_id FROM conversations
                                           WHERE n_user_messages = 0 AND n_bot_messages = 0)
                           AND NOT EXISTS (SELECT FROM conversation_sessions s
                                           WHERE s.sender_id = c.sender_id AND s.is_memoized)""",
    "interactive": "NOT c.interactive",
    "exclude_self": "c.sender_id <> :viewer AND c.created_by IS DISTINCT FROM :viewer",
}


def conditions(wanted: Filter, viewer: Viewer, rows: int) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of the filters that are set and of what the viewer may see, and their parameters.

    `rows` is how many conversations will be asked for.
    """
    values = {name: getattr(wanted, name) for name in CONDITIONS}
    values |= {"in_training_data": not wanted.in_training_data, "interactive": not wanted.interactive}
    given = {name: value for name, value in values.items() if value not in (None, False, ())}
    parameters = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    if wanted.model:
        parameters["model"] = models.ids_of(wanted.model)
    parameters |= {name: _names(kind, parameters[name]) for name, kind in NAMES.items() if name in parameters}
    hashes = _few_texts(wanted)
    rare = _rare(parameters, rows if len(given) == 1 else COUNTED) if viewer.sees_all else []
    chosen = {**CONDITIONS, **{name: IS_NAMED.format(name) for name in rare}}
    if hashes is not None:
        chosen["text"] = SAID
    sql = [chosen[name] for name in given] + visible(viewer)
    return sql, parameters | _patterns(wanted) | {"viewer": viewer.username, "hashes": hashes}


def visible(viewer: Viewer) -> list[str]:
    """Return the condition of row visibility; none for those who see everything."""
    if viewer.sees_all:
        return []
    own = "c.sender_id = :viewer"
    return [own] if viewer.is_guest else [f"({own} OR c.created_by = :viewer)"]


def _rare(parameters: dict[str, Any], rows: int) -> list[str]:
    """Return the filter whose names so few conversations have that all are looked up quicker than `rows` are met.

    Who looks them up reads n, who walks reads `rows * total / n`; more, where other filters let fewer pass.
    """
    asked = {name: parameters[name] for name in NAMES if name in parameters}
    if not asked:
        return []
    counted = query(COUNTS, names=[name for names in asked.values() for name in names])
    counts = {row["name"]: row["n_conversations"] for row in counted}
    total = sum(n for name, n in counts.items() if name.startswith("environment:"))
    n, rarest = min((sum(counts.get(name, 0) for name in names), parameter) for parameter, names in asked.items())
    return [rarest] if n * n * LOOKUP_COST < rows * total else []


def _names(kind: str, values: str | list[str]) -> list[str]:
    """Return names as `seen_names` has them."""
    return [f"{kind}:{value}" for value in ([values] if isinstance(values, str) else values)]


def contains(text: str) -> str:
    """Return the LIKE pattern of a substring."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _few_texts(wanted: Filter) -> list[str] | None:
    """Return the texts that have the wanted piece; None when nothing is wanted, or they are too many to name."""
    if not wanted.text:
        return None
    sql = f"SELECT m.hash FROM message_logs m WHERE {HAS_PIECE} LIMIT {FEW_TEXTS + 1}"
    hashes = [str(row["hash"]) for row in query(sql, **_patterns(wanted))]
    return hashes if len(hashes) <= FEW_TEXTS else None


def _patterns(wanted: Filter) -> dict[str, Any]:
    pairs = [slot.partition(":") for slot in wanted.slots]
    return {
        "text": contains(wanted.text or ""),
        "piece": wanted.text or "",
        "slot_names": [name for name, _, _ in pairs],
        "slot_values": [contains(value) for _, _, value in pairs],
    }
