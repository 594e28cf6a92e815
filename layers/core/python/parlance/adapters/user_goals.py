"""User goals: what several intents are for. A name each, and the intents that have it."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query, transaction


def add(name: str) -> bool:
    """Keep a goal; False when there is one of this name."""
    sql = "INSERT INTO user_goals (name) VALUES (:name) ON CONFLICT DO NOTHING RETURNING name"
    return bool(query(sql, name=name))


def remove(name: str) -> bool:
    """Forget a goal, for all its intents; False when there is none such."""
    return bool(query("DELETE FROM user_goals WHERE name = :name RETURNING name", name=name))


def all_goals() -> list[dict[str, Any]]:
    """Return every goal (`name`) with its `intents`."""
    return query("""
        SELECT g.name, coalesce(array_agg(i.intent ORDER BY i.intent) FILTER (WHERE i.intent IS NOT NULL), '{}')
               AS intents
        FROM user_goals g LEFT JOIN intent_goals i ON i.goal = g.name GROUP BY g.name ORDER BY g.name
    """)


def by_intent() -> dict[str, str]:
    """Return the goal of every intent that has one."""
    return {row["intent"]: row["goal"] for row in query("SELECT intent, goal FROM intent_goals")}


def assign(intent: str, goal: str) -> None:
    """Give an intent a goal, which is made where it is missing."""
    sql = """
        INSERT INTO intent_goals (intent, goal) VALUES (:intent, :goal)
        ON CONFLICT (intent) DO UPDATE SET goal = excluded.goal
    """
    with transaction():
        add(goal)
        query(sql, intent=intent, goal=goal)
