import json

from benchmarks import report


def test_a_benchmark_replaces_its_own_key_only(tmp_path):
    path = tmp_path / "deep" / "bench.json"

    report.write("locks", {"overlaps": 1}, path=path)
    report.write("events", {"rate": 2}, path=path)
    report.write("locks", {"overlaps": 0}, path=path)

    written = json.loads(path.read_text())
    assert written["locks"] == {"overlaps": 0}
    assert written["events"] == {"rate": 2}
    assert written["machine"]["cores"] > 0


def test_two_benchmarks_share_a_key(tmp_path):
    path = tmp_path / "bench.json"

    report.merge("training", "example", {"job_s": 1}, path=path)
    report.merge("training", "helpdesk", {"job_s": 2}, path=path)
    report.merge("training", "example", {"promote_to_live_s": 3}, path=path)

    written = json.loads(path.read_text())["training"]
    assert written == {"example": {"job_s": 1, "promote_to_live_s": 3}, "helpdesk": {"job_s": 2}}
