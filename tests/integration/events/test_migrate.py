"""The schema arrives whole, once, whoever runs the migration and how often."""

from functions.migrate.app import configuration, newest, upgrade


def test_second_run_changes_nothing(database):
    before = database.rows("SELECT * FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 3, 4")

    assert upgrade() == newest(configuration())

    after = database.rows("SELECT * FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 3, 4")
    assert before == after
    assert database.rows("SELECT version_num FROM alembic_version") == [{"version_num": newest(configuration())}]


def test_emulator_answers(cloud):
    import boto3

    assert "QueueUrl" in boto3.client("sqs").create_queue(QueueName="parlance-test-answers")
