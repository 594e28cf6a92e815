"""The HTTP API: one routing file a resource. Handler: functions.api.app.app.

A new resource is a file that looks like this, and one name in RESOURCES:

    models = Resource(__name__)

    @models.endpoint("GET", "/projects/default/models", scope="models:list", accepts=SERVICE, query=ModelFilter)
    def list_models(_call: Call, query: ModelFilter) -> Answer:
        found, total = catalogue.list_models(query)
        return page(found, total)

Scopes stand in parlance.domain.permissions; failures are raised from parlance.domain.errors, never answered by hand.
"""

from __future__ import annotations

from functions.api.adapter import ProxyApp
from functions.api.annotation import annotation
from functions.api.audit import audit
from functions.api.bulk import bulk
from functions.api.chat import chat
from functions.api.checks import checks
from functions.api.conversations import conversations
from functions.api.corpus import corpus
from functions.api.documents import documents
from functions.api.domain_names import domain_names
from functions.api.environments import environments
from functions.api.erasure import erasure
from functions.api.evaluations import evaluations
from functions.api.example_edits import example_edits
from functions.api.examples import examples
from functions.api.files import files
from functions.api.git import git
from functions.api.inbox import inbox
from functions.api.insights import insights
from functions.api.interactive import interactive
from functions.api.jobs import jobs
from functions.api.keys import keys
from functions.api.lookups import lookups
from functions.api.menus import menus
from functions.api.models import models
from functions.api.operations import operations
from functions.api.parsing import parsing
from functions.api.projects import projects
from functions.api.responses import responses
from functions.api.roles import roles
from functions.api.roll_out import roll_out
from functions.api.saved_filters import saved_filters
from functions.api.session import session
from functions.api.share import share
from functions.api.sign_on import sign_on
from functions.api.stories import stories
from functions.api.synonyms import synonyms
from functions.api.system import system
from functions.api.tokens import tokens
from functions.api.user_goals import user_goals
from functions.api.users import users

RESOURCES = (
    saved_filters,
    erasure,
    bulk,
    annotation,
    audit,
    chat,
    checks,
    conversations,
    corpus,
    documents,
    domain_names,
    evaluations,
    environments,
    example_edits,
    examples,
    files,
    git,
    inbox,
    insights,
    interactive,
    jobs,
    keys,
    lookups,
    menus,
    models,
    parsing,
    operations,
    projects,
    roles,
    responses,
    roll_out,
    session,
    share,
    sign_on,
    stories,
    synonyms,
    system,
    tokens,
    user_goals,
    users,
)

app = ProxyApp("parlance-api", configure_logs=False, env={})
for resource in RESOURCES:
    app.register_blueprint(resource)
