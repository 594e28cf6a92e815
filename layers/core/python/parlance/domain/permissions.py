"""Who may do what: the one table of permissions, and the roles built from it.

A permission is a scope as it stands in tokens (`clientEvents:create`). Scopes are gathered in Rasa X's categories, each
with a `view` and a `modify` part; a role grants categories. Rasa's `rasa:` channel looks for `clientEvents:create`.
"""

from __future__ import annotations

VIEW, MODIFY = "view", "modify"

CATEGORIES: dict[str, dict[str, tuple[str, ...]]] = {
    "basic": {
        VIEW: ("user:get", "projects:get", "environments:list", "apiTokens:list"),
        MODIFY: (
            "user:update",
            "user.values:update",
            "user.password:update",
            "apiTokens:create",
            "apiTokens:delete",
        ),
    },
    "advanced": {
        VIEW: ("users:list", "roles:list", "roles:get", "logs:list", "telemetry:get", "audit:list"),
        MODIFY: (
            "users:create",
            "users:update",
            "users:delete",
            "roles:create",
            "roles:update",
            "roles:delete",
            "projects:create",
            "features:update",
            "signingKeys:update",
            "telemetry:create",
            "telemetry:delete",
            "environments:update",
        ),
    },
    "test_conversation": {
        VIEW: ("messages:create", "clients:get", "clientMessages:list"),
        MODIFY: (
            "metadata:create",
            "clientEvents:create",
            "clientEvents:update",
            "actionPrediction:get",
            "actionPrediction:create",
            "clientEvaluation:get",
        ),
    },
    "conversations": {
        VIEW: (
            "metadata:get",
            "clients:get",
            "clientMessages:list",
            "statistics:get",
            "conversationActions:list",
            "conversationIntents:list",
            "conversationEntities:list",
            "conversationPolicies:list",
            "conversationSlotNames:list",
            "conversationSlotValues:list",
            "conversationInputChannels:list",
            "conversationModels:list",
            "conversationTags:list",
            "conversationFilters:list",
            "conversationFilters:create",
            "conversationFilters:update",
            "conversationFilters:delete",
            "allEvaluations:list",
        ),
        MODIFY: (
            "metadata:delete",
            "conversations:update",
            "conversationReviewStatus:update",
            "conversationTags:create",
            "conversationTags:delete",
            "messageFlags:update",
            "messageFlags:delete",
            "messageIntents:update",
            "messageIntents:delete",
            "clientEvaluation:update",
            "clientEvaluation:delete",
            "allEvaluations:create",
            "chatToken:get",
            "chatToken:update",
            "chatToken:delete",
        ),
    },
    "nlu_training_data": {
        VIEW: (
            "examples:list",
            "examples:get",
            "warnings:get",
            "logs.messages:list",
            "logs.messages:get",
            "regexes:list",
            "lookups:list",
            "synonyms:list",
            "entities:list",
            "intents:list",
        ),
        MODIFY: (
            "examples:create",
            "examples:update",
            "examples:delete",
            "logs.messages:create",
            "logs.messages:delete",
            "regexes:create",
            "regexes:update",
            "regexes:delete",
            "lookups:create",
            "lookups:delete",
            "synonyms:create",
            "synonyms:update",
            "synonyms:delete",
            "intents:create",
            "intents:update",
            "intents:delete",
            "userGoals:create",
            "userGoals:delete",
        ),
    },
    "stories": {VIEW: ("stories:list", "stories:get"), MODIFY: ("stories:create", "stories:update", "stories:delete")},
    "rules": {VIEW: ("rules:list", "rules:get"), MODIFY: ("rules:create", "rules:update", "rules:delete")},
    "tests": {VIEW: ("tests:list",), MODIFY: ("tests:create", "tests:update", "tests:delete")},
    "responses": {
        VIEW: ("responses:list",),
        MODIFY: ("responses:create", "responses:update", "responses:delete"),
    },
    "domain": {
        VIEW: ("domain:get", "domainWarnings:get"),
        MODIFY: ("domain:update", "actions:create", "actions:get", "actions:update", "actions:delete"),
    },
    "models": {
        VIEW: (
            "models:list",
            "models:get",
            "models.modelByTag:get",
            "models.settings:get",
            "models.evaluations:list",
            "models.evaluations:get",
            "models.jobs:get",
        ),
        MODIFY: (
            "models:create",
            "models:delete",
            "models.tags:update",
            "models.tags:delete",
            "models.jobs:create",
            "models.jobs:delete",
            "models.settings:update",
            "models.evaluations:update",
            "models.evaluations:delete",
            "files:get",
            "files:update",
        ),
    },
    "analytics_dashboard": {VIEW: ("analytics:get",), MODIFY: ()},
    "deployment_environment": {VIEW: ("environments:list", "config:get"), MODIFY: ("environments:update",)},
    "operations": {VIEW: ("deadLetters:list", "locks:list"), MODIFY: ("deadLetters:update", "locks:update")},
    "git": {
        VIEW: ("repositories:list", "repositories:get"),
        MODIFY: (
            "repositories:create",
            "repositories:update",
            "repositories:delete",
            "branches:update",
            "commits:create",
        ),
    },
}

_EVERYTHING = dict.fromkeys(CATEGORIES, MODIFY)
_TESTER = {"basic": MODIFY, "test_conversation": MODIFY, "models": VIEW}
_ANNOTATOR = _TESTER | {
    "conversations": VIEW, "domain": VIEW,
    "nlu_training_data": MODIFY, "stories": MODIFY, "rules": MODIFY, "tests": MODIFY, "responses": MODIFY,
}  # fmt: skip

ROLES: dict[str, dict[str, str]] = {
    "admin": _EVERYTHING,
    "annotator": _ANNOTATOR,
    "tester": _TESTER,
    "guest": {"test_conversation": VIEW},
}

SERVICE_SCOPES = frozenset({
    "models:list", "models:get", "models:create", "models.modelByTag:get", "config:get", "chatToken:get",
    "models.verdicts:create",
})  # fmt: skip


def scopes_of(roles: tuple[str, ...], own: dict[str, dict[str, str]] | None = None) -> frozenset[str]:
    """Return every permission of the given roles; `own` holds the grants of roles that are not built in.

    Roles and categories that nobody knows (any more) give none.
    """
    return frozenset(
        scope
        for role in roles
        for category, level in ((own or {}) | ROLES).get(role, {}).items()
        if category in CATEGORIES
        for part in ((VIEW, MODIFY) if level == MODIFY else (VIEW,))
        for scope in CATEGORIES[category][part]
    )
