"""What a job that is no training has to do, as the workbench says it in the environment."""

from typing import Any, Dict, List, Mapping, NamedTuple

from parlance_rasa.tasks.environment import require
from parlance_rasa.tasks.worker import read_json

NEEDED = ("JOB_ID", "JOBS_QUEUE", "DATA_BUCKET", "MODELS_BUCKET", "REPORT_KEY", "ORDERS")


class Orders(NamedTuple):
    """The models to work with, each with its name and S3 key, and where the report goes."""

    id: str
    queue: str
    data_bucket: str
    models_bucket: str
    project_key: str
    texts_key: str
    report_key: str
    models: List[Dict[str, str]]
    details: Dict[str, Any]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Orders":
        """Read the orders; raise `MissingSettingsError` with all missing names at once."""
        require(env, NEEDED)
        details = read_json(env["ORDERS"])
        return cls(
            id=env["JOB_ID"],
            queue=env["JOBS_QUEUE"],
            data_bucket=env["DATA_BUCKET"],
            models_bucket=env["MODELS_BUCKET"],
            project_key=env.get("PROJECT_KEY", ""),
            texts_key=env.get("TEXTS_KEY", ""),
            report_key=env["REPORT_KEY"],
            models=details.pop("models"),
            details=details,
        )
