"""How a route compares with the one of Rasa X, where it is not the same; docs/api.md shows it."""

JOB = "different: answers 202 with a job at once, since a training outlives every time-out"
NEW = "new"
IN_PARTS = "in parts where one answer cannot hold it (`limit`, `earlier`, `later`)"
ENTERPRISE = "better: not for Enterprise only"
GIT_ALL = "/api/projects/default/git_repositories"
GIT_ONE = f"{GIT_ALL}/{{repository}}"
GIT_JOB = "answers 202 with a job; another one at work is 409"
GIT = {
    ("POST", GIT_ALL): (
        f"different: {GIT_JOB}; nothing is overwritten unless `start_with` says so; host keys are checked "
        "(`known_hosts`); HTTPS is not for Enterprise only"
    ),
    ("PUT", GIT_ONE): "better: keys and passwords are in Secrets Manager and never shown",
    ("GET", f"{GIT_ONE}/status"): "better: also local changes, conflicts with their text, and what went wrong last",
    ("POST", f"{GIT_ONE}/sync"): f"new: sync now; {GIT_JOB}",
    ("DELETE", f"{GIT_ONE}/changes"): NEW,
    ("GET", f"{GIT_ONE}/branches"): NEW,
    (
        "PUT",
        f"{GIT_ONE}/branches/{{branch}}",
    ): f"different: {GIT_JOB}; 409 for local changes, `?force=true` gives them up",
    ("POST", f"{GIT_ONE}/branches/{{branch}}/commits"): (
        f"different: {GIT_JOB}; what is new in the repository is merged first; 403 for the protected branch"
    ),
}

NOTES = {
    "POST /api/auth": (
        "better: throttled by account and address; the same answer for a wrong name and a wrong password; "
        "`single_use_token` also needs the browser that logged in at the provider"
    ),
    "GET /api/auth/providers": NEW,
    "GET /api/auth/oidc/login": "new: OpenID Connect where Rasa X had SAML, and not for Enterprise only",
    "GET /api/auth/oidc/callback": NEW,
    "GET /api/auth/me": "same as sanic-jwt's, which Rasa X used",
    "GET /api/auth/verify": "same as sanic-jwt's, which Rasa X used",
    "POST /api/auth/refresh": "better: needs no second token",
    "POST /api/chat": "better: 503 with `Retry-After` while Rasa starts or has no model",
    "POST /api/conversations/{sender_id}/messages": "better: a new conversation belongs to whom started it",
    "GET /api/conversations": (
        "better: keyset pages (`cursor`, `X-Next-Cursor`), `sort_order`, review states and environments combine; "
        "without `rasa_environment` all of them; at most 1,000 rows a page; totals above 10,000 are a minimum "
        "(`X-Total-Count-Is-Minimum`)"
    ),
    "GET /api/conversations/{sender_id}": f"same as later versions: facts and tracker in one; {IN_PARTS}",
    "GET /api/conversations/{sender_id}/tracker": (
        f"better: also a story in Rasa 3's YAML (`Accept: application/yaml`); {IN_PARTS}; events of all environments, "
        "`rasa_environment` is not read"
    ),
    "GET /api/conversations/{sender_id}/messages": f"better: {IN_PARTS}",
    "GET /api/conversations/tags": "better: at most 1,000 conversations a tag, `count` says how many there are",
    "POST /api/conversations/{sender_id}/tags": "better: asks who is calling, which 0.33 did not",
    "PUT /api/conversations/{sender_id}/messages/{timestamp}/intent": (
        "same; no example of a message that begins with `/`, nor of entities whose extractor does not learn"
    ),
    "DELETE /api/conversations/{sender_id}/messages/{timestamp}/intent": (
        "same; the example goes too, unless it has another intent by now"
    ),
    "DELETE /api/conversations/{sender_id}": (
        "better: in every store, Rasa's tracker store too; answers 200 with a receipt, where the original said 204; "
        "see [erasing](#erasing-conversations)"
    ),
    "GET /api/conversations/export": NEW,
    "GET /api/conversations/models": NEW,
    "POST /api/conversations/{sender_id}/events": (
        "same; 409 `NotLearned`: the events are in the conversation and their examples are not, so add only those"
    ),
    "POST /api/conversations": "same; 409 for a name that is taken; 422 for one that Rasa's own paths cannot hold",
    "PUT /api/conversations/{sender_id}/evaluation": (
        "different: answers 202 with a job on a worker task, as a model's evaluation does; then GET has the result"
    ),
    "POST /api/evaluate": (
        "better: one worker job for what went on since, a thousand at most, fewer when they are long: 202 with it, "
        "or with the caller's job that is not over yet; 204 when there are none"
    ),
    "GET /api/tests": NEW,
    "DELETE /api/tests/{test}": NEW,
    "GET /api/erasures": NEW,
    "POST /api/conversations/bulk": NEW,
    "GET /api/projects/default/files/zip": NEW,
    "POST /api/projects/default/training_examples/bulk": NEW,
    "GET /api/conversationFilters": NEW,
    "POST /api/conversationFilters": NEW,
    "PUT /api/conversationFilters/{filter_id}": NEW,
    "DELETE /api/conversationFilters/{filter_id}": NEW,
    "GET /api/projects/default/userGoals": NEW,
    "POST /api/projects/{project}": (
        "different: there is one project, `default` (422 for another name); 409 when it has files"
    ),
    "POST /api/features": "different: nothing is hidden behind a flag, so on is answered and off is 409",
    "GET /api/logs": (
        "better: the logs of every function and task, of the last 24 hours or `?hours=`, of a busy one the "
        "newest 10,000 lines; a redirect to storage"
    ),
    "GET /api/features": "same, and empty: nothing is hidden behind a flag",
    "GET /api/health": (
        "better: also the model in use, the queue and refused messages; "
        "one that sleeps is well; the worker has no server to ask"
    ),
    "GET /api/version": "better: keys carry a `kid`, the one in use stands first",
    "GET /api/telemetry": "different: there is no telemetry",
    "POST /api/telemetry": "different: there is no telemetry",
    "DELETE /api/telemetry": "different: there is no telemetry",
    "GET /api/user": "better: no API token in clear, the field is null",
    "PATCH /api/user": "same; an account that has its name keeps it",
    "POST /api/user/password": "better: ends other sessions and answers a fresh token",
    "DELETE /api/user/sessions": NEW,
    "GET /api/user/tokens": NEW,
    "POST /api/user/tokens": NEW,
    "DELETE /api/user/tokens/{token}": NEW,
    "GET /api/audit": NEW,
    "GET /api/analytics": f"{ENTERPRISE}; `window` is the width of a bin in seconds, else there are ten bins",
    "GET /api/insights": NEW,
    "GET /api/insights/steps": NEW,
    "POST /api/projects/default/checks": NEW,
    "POST /api/auth/keys": NEW,
    "DELETE /api/users/{username}": "better: also not the first administrator, nor an account above one's own",
    "DELETE /api/users/{username}/sessions": NEW,
    "GET /api/roles": ENTERPRISE,
    "POST /api/roles": ENTERPRISE,
    "GET /api/roles/{role}": ENTERPRISE,
    "PUT /api/roles/{role}": ENTERPRISE,
    "DELETE /api/roles/{role}": f"{ENTERPRISE}; 409 while somebody holds it",
    "GET /api/roles/{role}/users": ENTERPRISE,
    "PUT /api/roles/{role}/users": ENTERPRISE,
    "GET /api/users/{username}/roles": ENTERPRISE,
    "PUT /api/users/{username}/roles": ENTERPRISE,
    "DELETE /api/users/{username}/roles/{role}": ENTERPRISE,
    "GET /api/chatToken": "same; 404 while the bot is not shared",
    "PUT /api/chatToken": "better: `expires_in_days` (1 to 365, else 30)",
    "DELETE /api/chatToken": "new: ends the link and every guest's session at once",
    "POST /api/auth/jwt": "better: throttled by address; the token also ends with the link",
    "GET /api/environments": "better: also what runs, and which model",
    "PUT /api/environments": (
        f"{ENTERPRISE}, and different: servers are part of the deployment, so the text switches on what it lists and "
        "off what it leaves out (as it was read it changes nothing: what is off is a comment); another address or name "
        "is 422"
    ),
    "PUT /api/environments/{environment}": "new: one by itself, also asleep, with a schedule and the canary's share",
    "POST /api/environments/{environment}/wake": NEW,
    "GET /api/projects/default/models/tags/{tag}/history": NEW,
    "POST /api/projects/default/models/tags/{tag}/rollback": NEW,
    "POST /api/projects/default/models/tags/{tag}/reports": NEW,
    "GET /api/projects/default/models/{model}/compare/{other}": NEW,
    "POST /api/users": (
        f"{ENTERPRISE}; `saml_id` names the account: it waits for whom the OpenID provider says this of by "
        "`username_claim`: a verified address, a `sub`, or with `link_by_name` any name "
        "([single sign-on](operations.md#single-sign-on))"
    ),
    "GET /api/openapi.json": NEW,
    "GET /api/docs": NEW,
    "GET /api/deadLetters": NEW,
    "GET /api/deadLetters/{letter}": NEW,
    "POST /api/deadLetters/redrive": NEW,
    "POST /api/deadLetters/{letter}/redrive": NEW,
    "GET /api/locks": NEW,
    "GET /api/locks/{sender_id}": NEW,
    "DELETE /api/locks/{sender_id}/{ticket}": NEW,
    "GET /api/jobs": NEW,
    "GET /api/jobs/{job}": NEW,
    "GET /api/jobs/{job}/log": NEW,
    "POST /api/jobs/{job}/cancel": NEW,
    "POST /api/jobs/{job}/retry": NEW,
    "GET /api/projects/default/logs": (
        "better: equal texts stand once with their count (`n_messages`); keyset pages (`cursor`, `X-Next-Cursor`); "
        "totals above 10,000 are a minimum (`X-Total-Count-Is-Minimum`)"
    ),
    "POST /api/projects/default/logs": "same; parsed by Rasa production, for no worker waits for calls",
    "GET /api/projects/default/logs/{message}": "better: by hash or id",
    "DELETE /api/projects/default/logs/{message}": "better: back when another intent or other entities are found",
    "GET /api/projects/default/training_examples": "better: also the file and line; at most 10,000 a page",
    "GET /api/projects/default/training_examples/{example}": "better: by hash or id",
    "PUT /api/projects/default/training_examples/{example}": (
        "better: by id or hash; only its line in the YAML file changes; 409 when another example has the text"
    ),
    **{
        f"{method} /api/projects/default/data{rest}": "same; deprecated name of `training_examples`"
        for rest, methods in {"": ("GET", "POST"), "/{example}": ("GET", "PUT", "DELETE")}.items()
        for method in methods
    },
    "GET /api/stories": "same; Rasa 3 YAML where the original had Markdown, and a drawing for `text/vnd.graphviz`",
    "GET /api/stories.md": "different: deprecated name; answers YAML, which Rasa 3 reads",
    "PUT /api/stories/{story}": "better: only its lines change; `If-Match` with its `ETag` overwrites nobody (412)",
    "DELETE /api/stories/{story}": "better: `If-Match`",
    "GET /api/rules/{rule}": NEW,
    "PUT /api/rules/{rule}": "better: as for stories",
    "DELETE /api/rules/{rule}": "better: `If-Match`",
    "PUT /api/responses/{response}": (
        "better: only its lines change, unknown keys stay; `If-Match` with its `etag` overwrites nobody (412)"
    ),
    "DELETE /api/responses/{response}": "better: `If-Match`",
    "PUT /api/responseGroups/{name}": "better: also in stories, rules and the list of actions; 409 for a taken name",
    **{
        f"{method} /api/templates{rest}": "same; deprecated name of `responses`"
        for rest, methods in {"": ("GET", "POST", "PUT"), "/{response}": ("PUT", "DELETE")}.items()
        for method in methods
    },
    "PUT /api/projects/default/training_examples": "same; YAML or Rasa's JSON; no Markdown, Rasa 3 has none",
    "PUT /api/projects/default/data": "same; deprecated name of `training_examples`",
    "GET /api/projects/default/data.md": "different: deprecated name; answers YAML, which Rasa 3 reads",
    "GET /api/projects/default/data.json": "same; deprecated name of `training_data`",
    "GET /api/projects/default/dataWarnings": "same; deprecated name of `training_data_warnings`",
    "GET /api/projects/default/training_data_warnings": "better: each with file and line",
    "GET /api/projects/default/actions": "better: forms are listed, too",
    "POST /api/projects/default/actions": "different: a form needs slots, so it is written into the domain",
    "GET /api/projects/default/intents": "different: temporary is what has examples and is not in the domain",
    "POST /api/projects/default/intents": (
        "different: `mapped_to` moves the examples of an intent that there is (404 else); without any there is nothing "
        "to map, so none is kept"
    ),
    "PUT /api/projects/default/intents/{intent}": "better: the examples in the files get the other intent at once",
    "DELETE /api/projects/default/intents/{intent}": "better: 409 while it has examples",
    "POST /api/projects/default/models/jobs": (
        f"{JOB}; `?wait=` (seconds, 26 at most) answers 200 or, of a project that did not change, 201 when it is over "
        "by then, and 400 `StackTrainingFailed`"
    ),
    "GET /api/projects/default/evaluations": (
        "different: figures and verdict; predictions are in the whole report, one model at a time"
    ),
    "PUT /api/projects/default/evaluations/{model}": (
        "different: answers 202 with a job, with `?wait=` the evaluation when it is over by then; also "
        "cross-validation, stories and end-to-end tests"
    ),
    "GET /api/projects/default/evaluations/{model}": (
        "better: also entities, responses, stories, tests and errors, as Rasa's own test functions return them"
    ),
    "DELETE /api/projects/default/evaluations/{model}": "same",
    "GET /api/projects/default/evaluations/{model}/file": NEW,
    "GET /api/projects/default/automation": NEW,
    "PUT /api/projects/default/automation": NEW,
    "POST /api/projects/default/models/{model}/parse": NEW,
    "POST /api/projects/default/models/{model}/reparse": NEW,
    "GET /api/projects/default/parses/{job}": NEW,
    "POST /api/projects/default/comparisons": NEW,
    "GET /api/projects/default/comparisons/{job}": NEW,
    "GET /api/projects/default/files": NEW,
    "PUT /api/projects/default/files": NEW,
    "PUT /api/domain": (
        "better: a split domain is replaced as a whole; `If-Match` with the `ETag` of the read (412); "
        "`store_responses` is not read: responses are part of the domain"
    ),
    "PUT /api/projects/default/settings": "better: `If-Match` with the `ETag` of the read (412)",
    "POST /api/projects/default/files": NEW,
    **{f"{method} {path}": note for (method, path), note in GIT.items()},
    "POST /api/projects/default/models": (
        "different: 4 MiB at most, which a function can take (413 else), where Rasa X took 800 MB; larger ones by "
        "`POST …/models/uploads`"
    ),
    "POST /api/projects/default/models/uploads": NEW,
    "PUT /api/projects/default/models/uploads/{upload}": NEW,
    "PUT /api/projects/default/models/uploads/{upload}/parts/{part}": NEW,
    "GET /api/projects/default/models/tags/{tag}": "better: a redirect to storage, so that a model may have any size",
    "GET /api/projects/default/models/{model}": "better: a redirect to storage, so that a model may have any size",
}
