import json

from parlance_rasa.locks.metrics import Metrics, line_logger


def test_a_line_tells_what_happened_since_the_last_one():
    metrics = Metrics("redis")
    metrics.count("taken")
    metrics.sample("wait_ms", 1.23456)
    metrics.line()
    metrics.count("taken")
    metrics.count("evictions")
    metrics.sample("hold_ms", 5)

    line = json.loads(metrics.line())

    assert (line["store"], line["taken"], line["evictions"], line["hold_ms"]) == ("redis", 1, 1, [5])
    assert "wait_ms" not in line
    assert metrics.line() == ""
    assert metrics.totals()["taken"] == 2
    assert metrics.totals()["wait_ms_sum"] == 1.23456


def test_every_metric_that_cloudwatch_is_told_of_is_in_the_line_and_none_has_over_100_values():
    metrics = Metrics("redis")
    metrics.count("taken")
    for number in range(1000):
        metrics.sample("wait_ms", number)

    line = json.loads(metrics.line())

    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert all(metric["Name"] in line for metric in directive["Metrics"])
    assert len(line["wait_ms"]) == 100
    assert 200 < sum(line["wait_ms"]) / 100 < 800  # of all the time, not of its start or its worst


def test_lines_bypass_rasas_log_format():
    logger = line_logger()

    assert logger is line_logger()
    assert len(logger.handlers) == 1
    assert not logger.propagate
