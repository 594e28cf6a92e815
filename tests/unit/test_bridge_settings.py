"""What a bridge is told: by variables, or by one secret that holds them all."""

import pytest
from parlance_bridge import kafka, rabbitmq
from parlance_bridge.task import settings


def test_the_secrets_variables_count_and_one_of_its_own_wins():
    env = {"BRIDGE_SETTINGS": '{"RABBITMQ_HOST": "here", "RABBITMQ_PORT": 5671}', "RABBITMQ_HOST": "there"}

    assert settings(env).items() >= {"RABBITMQ_HOST": "there", "RABBITMQ_PORT": "5671"}.items()


def test_an_empty_value_is_none():
    assert settings({"BRIDGE_SETTINGS": '{"KAFKA_SASL_MECHANISM": ""}'}) == {
        "BRIDGE_SETTINGS": '{"KAFKA_SASL_MECHANISM": ""}'
    }


@pytest.mark.parametrize("text", ["{", "[]", '"rabbitmq"'])
def test_a_secret_that_is_no_object_ends_the_bridge(text):
    with pytest.raises(SystemExit, match="BRIDGE_SETTINGS"):
        settings({"BRIDGE_SETTINGS": text})


def test_rabbitmq_is_spoken_to_in_the_clear_or_by_the_systems_authorities():
    assert rabbitmq.tls({"RABBITMQ_HOST": "here"}) is None
    assert rabbitmq.tls({"RABBITMQ_HOST": "here", "RABBITMQ_TLS": "true"}).server_hostname == "here"


def test_kafka_gets_what_is_set_and_starts_at_the_oldest_message():
    made = kafka.configuration({"KAFKA_URL": "here:9092", "KAFKA_SECURITY_PROTOCOL": "SASL_SSL"})

    assert made.items() >= {"security.protocol": "SASL_SSL", "auto.offset.reset": "earliest"}.items()
    assert not made["enable.auto.commit"]
