"""The files by which a Rasa server joins this installation; secrets come from that server's own environment."""

from __future__ import annotations

from parlance.settings import settings

CREDENTIALS = """\
parlance_rasa.channels.RestChannel:

socketio:
  user_message_evt: user_uttered
  bot_message_evt: bot_uttered
  session_persistence: true

parlance_rasa.channels.RasaChannel:
  url: {public_url}/api
"""

ENDPOINTS = """\
models:
  url: {public_url}/api/projects/default/models/tags/production
  token: ${{RASA_X_TOKEN}}
  wait_time_between_pulls: 3

tracker_store:
  type: parlance_rasa.tracker_store.TurnTrackerStore
  url: ${{DB_HOST}}
  port: ${{DB_PORT}}
  db: ${{DB_DATABASE}}
  username: ${{DB_USER}}
  password: ${{DB_PASSWORD}}

event_broker:
  type: parlance_rasa.broker.TurnEventBroker
  topic: ${{EVENTS_TOPIC}}
  bucket: ${{DATA_BUCKET}}
  spool: ${{SPOOL_DIR}}

lock_store:
  type: parlance_rasa.locks.dynamodb.DynamoLockStore
  table: ${{LOCK_TABLE}}

action_endpoint:
  url: ${{ACTION_ENDPOINT}}
"""


def runtime_files() -> dict[str, str]:
    """Return credentials.yml and endpoints.yml as texts."""
    url = settings().public_url
    return {"credentials": CREDENTIALS.format(public_url=url), "endpoints": ENDPOINTS.format(public_url=url)}
