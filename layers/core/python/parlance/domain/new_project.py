"""What a new project begins with: as small as one can be that trains and answers."""

from __future__ import annotations

from parlance.domain.project import CONFIG, DOMAIN, Files

FILES: Files = {
    CONFIG: """\
recipe: default.v1
language: en

pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.5

policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: TEDPolicy
    max_history: 5
    epochs: 50
    constrain_similarities: true
""",
    DOMAIN: """\
version: "3.1"

intents:
  - greet
  - goodbye

responses:
  utter_greet:
    - text: Hello! How can I help you?
  utter_goodbye:
    - text: Goodbye.
  utter_please_rephrase:
    - text: I did not understand that. Could you say it in other words?

session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
""",
    "data/nlu.yml": """\
version: "3.1"

nlu:
  - intent: greet
    examples: |
      - hello
      - hi
      - hey there
      - good morning
      - good evening
  - intent: goodbye
    examples: |
      - bye
      - goodbye
      - see you later
      - have a nice day
      - good night
""",
    "data/rules.yml": """\
version: "3.1"

rules:
  - rule: Greet back
    steps:
      - intent: greet
      - action: utter_greet

  - rule: Say goodbye
    steps:
      - intent: goodbye
      - action: utter_goodbye

  - rule: Ask again when a message is not understood
    steps:
      - intent: nlu_fallback
      - action: utter_please_rephrase
""",
}
