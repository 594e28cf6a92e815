"""What a job's task is told, and what it finds in storage when it starts; repeated as often as a start is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import inbox, models, objects
from parlance.domain.orders import ConversationsOrder, EvaluateOrder, ParseOrder, models_of, order_of
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.jobs import Job
    from parlance.domain.orders import Order


def environment_of(job: Job) -> dict[str, str]:
    """Return the task's variables; raises NotFound for a model that is gone, Unavailable while storage refuses."""
    if job.kind == "git":
        return {"JOB_ID": job.id}
    shared = {
        "JOB_ID": job.id,
        "JOBS_QUEUE": settings().jobs_queue,
        "DATA_BUCKET": settings().data_bucket,
        "MODELS_BUCKET": settings().models_bucket,
        "PROJECT_KEY": job.project_key,
    }
    return shared | (_of_training(job) if job.kind == "train" else _of_order(job, order_of(job)))


def _of_training(job: Job) -> dict[str, str]:
    options = job.options
    if options.finetune:
        options = msgspec.structs.replace(options, finetune=models.find(options.finetune).object_key)
    return {"MODEL_KEY": job.model_key, "TRAIN_OPTIONS": msgspec.json.encode(options).decode()}


def _of_order(job: Job, order: Order) -> dict[str, str]:
    named = [{"name": name, "key": models.find(name).object_key} for name in models_of(order)]
    details: dict[str, Any] = {"models": named}
    texts_key = job.texts_key
    if isinstance(order, EvaluateOrder):
        details |= {"parts": order.parts, "folds": order.folds}
    elif isinstance(order, ConversationsOrder):
        texts_key = order.stories_key
    else:
        texts = order.texts if isinstance(order, ParseOrder) else inbox.newest_texts(order.most)
        objects.put(settings().data_bucket, job.texts_key, msgspec.json.encode(texts))
    orders = msgspec.json.encode(details).decode()
    return {"ORDERS": orders, "REPORT_KEY": job.report_key, "TEXTS_KEY": texts_key}
