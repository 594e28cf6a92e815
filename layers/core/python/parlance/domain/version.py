"""The version of this release and of the database schema that it needs."""

VERSION = "0.1.0"
SCHEMA_REVISION = "0017"
MINIMUM_RASA_VERSION = "3.6.0"
