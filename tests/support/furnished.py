"""All that an installation has beside its database, on the emulator, and a small project for it."""

from __future__ import annotations

from uuid import uuid4

from parlance.adapters import aws

PROJECT = {
    "config.yml": "language: en\npipeline:\n- name: WhitespaceTokenizer\npolicies:\n- name: RulePolicy\n",
    "domain.yml": "intents:\n- greet\nresponses:\n  utter_greet:\n  - text: Hello!\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n",
    "data/stories.yml": "stories:\n- story: hello\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
}


def furnish() -> dict[str, str]:
    """Make storage, a cluster, task definitions and queues; returns the settings that name them."""
    name = f"t-{uuid4().hex[:12]}"
    for bucket in (f"{name}-models", f"{name}-data"):
        aws.client("s3").create_bucket(Bucket=bucket)
    aws.client("ecs").create_cluster(clusterName=name)
    aws.client("logs").create_log_group(logGroupName=f"/{name}/worker")
    for family in ("train", "git", "work"):
        aws.client("ecs").register_task_definition(
            family=f"{name}-{family}", containerDefinitions=[{"name": "rasa", "image": "rasa", "memory": 512}]
        )
    queues = {kind: aws.client("sqs").create_queue(QueueName=f"{name}-{kind}")["QueueUrl"] for kind in ("jobs", "dead")}
    return {
        "MODELS_BUCKET": f"{name}-models",
        "DATA_BUCKET": f"{name}-data",
        "CLUSTER": name,
        "TRAINING_TASK": f"{name}-train",
        "JOBS_QUEUE": queues["jobs"],
        "EVENTS_QUEUE": queues["jobs"],
        "DEAD_LETTER_QUEUE": queues["dead"],
        "EVENTS_TOPIC": aws.client("sns").create_topic(Name=name)["TopicArn"],
        "WORKER_LOGS": f"/{name}/worker",
    }
