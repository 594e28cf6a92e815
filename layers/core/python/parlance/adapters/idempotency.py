"""Calls with an idempotency key in PostgreSQL: the row is the claim to act, and then the answer."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query, transaction

KEPT = 86_400
"""Seconds that an answer is kept."""
ABANDONED = 60
"""Seconds after which a call without an answer counts as dead: gateway and function have given it up before."""


def begin(caller: str, key: str, call_hash: str, attempt: str) -> bool:
    """Claim the key for this attempt; False when it is taken, unless that was long ago or by a call that died."""
    sql = f"""
        INSERT INTO idempotent_calls AS known (caller, key, call_hash, attempt)
        VALUES (:caller, :key, :call_hash, CAST(:attempt AS uuid))
        ON CONFLICT (caller, key) DO UPDATE
        SET call_hash = excluded.call_hash, attempt = excluded.attempt, begun_at = excluded.begun_at,
            status = NULL, headers = NULL, body = NULL
        WHERE known.begun_at < excluded.begun_at - {KEPT}
           OR (known.status IS NULL AND known.call_hash = excluded.call_hash
               AND known.begun_at < excluded.begun_at - {ABANDONED})
        RETURNING attempt
    """
    return bool(query(sql, caller=caller, key=key, call_hash=call_hash, attempt=attempt))


def find(caller: str, key: str) -> dict[str, Any] | None:
    """Return what is known of the call: its hash, and status, headers and body once it was answered."""
    sql = "SELECT call_hash, status, headers, body FROM idempotent_calls WHERE caller = :caller AND key = :key"
    rows = query(sql, caller=caller, key=key)
    return rows[0] if rows else None


def keep(attempt: str, *, status: int, headers: str, body: str | None) -> None:
    """Store the attempt's answer (headers as JSON), and drop those whose time is over."""
    answer = """
        UPDATE idempotent_calls SET status = :status, headers = CAST(:headers AS jsonb), body = :body
        WHERE attempt = CAST(:attempt AS uuid)
    """
    with transaction() as run:
        run(answer, attempt=attempt, status=status, headers=headers, body=body)
        run("DELETE FROM idempotent_calls WHERE begun_at < extract(epoch FROM now()) - :kept", kept=KEPT)


def forget(attempt: str) -> None:
    """Drop the claim: the call failed and changed nothing, so it may come again."""
    query("DELETE FROM idempotent_calls WHERE attempt = CAST(:attempt AS uuid)", attempt=attempt)
