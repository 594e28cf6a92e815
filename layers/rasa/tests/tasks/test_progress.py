"""Read from what Rasa 3.6.21 really printed while it trained."""

from parlance_rasa.tasks.plan import Plan
from parlance_rasa.tasks.progress import Progress, is_noise, plain

CONFIG = {
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "DIETClassifier", "epochs": 20},
    ],
    "policies": [{"name": "MemoizationPolicy"}, {"name": "TEDPolicy", "epochs": 10}, {"name": "RulePolicy"}],
}
HOOK = "2026-11-22 11:24:18 INFO     rasa.engine.training.hooks  - "
VALIDATING = "2026-11-22 11:24:17 INFO     rasa.cli.train  - Started validating domain and training data..."
PRINTED = [
    VALIDATING,
    HOOK + "Starting to train component 'CountVectorsFeaturizer'.",
    HOOK + "Finished training component 'CountVectorsFeaturizer'.",
    HOOK + "Starting to train component 'DIETClassifier'.",
    "Epochs:   0%|          | 0/20 [00:00<?, ?it/s]",
    "Epochs:   5%|▌         | 1/20 [00:08<02:36,  8.24s/it, t_loss=9.48, i_acc=0.0938]",
    "Epochs:  50%|█████     | 10/20 [00:09<00:02,  4.35it/s, t_loss=5.53, i_acc=0.309] ",
    "Epochs: 100%|██████████| 20/20 [00:10<00:00,  1.89it/s, t_loss=5.24e-1, i_acc=0.368]",
    HOOK + "Finished training component 'DIETClassifier'.",
    HOOK + "Restored component 'RulePolicy' from cache.",
    HOOK + "Starting to train component 'TEDPolicy'.",
    "Epochs:  30%|███       | 3/10 [00:08<00:02,  4.35it/s, t_loss=4.86, loss=4.4, acc=0.07]",
    HOOK + "Finished training component 'TEDPolicy'.",
]


def watch(lines, clock=lambda: 0.0):
    progress = Progress(Plan.from_config(CONFIG), clock)
    snapshots = []
    for line in lines:
        assert progress.read(line)
        snapshots.append(progress.snapshot())
    return snapshots


def test_a_training_only_moves_forward_and_ends_near_the_end():
    percents = [snapshot["percent"] for snapshot in watch(PRINTED)]

    assert percents == sorted(percents)
    assert percents[0] < 5
    assert 85 < percents[-1] < 96


def test_an_epoch_says_where_the_training_is_and_how_good():
    snapshots = watch(PRINTED)

    assert (snapshots[0]["stage"], snapshots[1]["stage"]) == ("validating", "training")
    middle = snapshots[6]
    assert (middle["component"], middle["epoch"], middle["epochs"]) == ("DIETClassifier", 10, 20)
    assert (middle["loss"], middle["accuracy"]) == (5.53, 0.309)
    assert snapshots[7]["loss"] == 0.524
    assert (snapshots[11]["component"], snapshots[11]["loss"], snapshots[11]["accuracy"]) == ("TEDPolicy", 4.86, 0.07)


def test_a_new_component_forgets_the_last_ones_epochs():
    assert "epoch" not in watch(PRINTED[:9])[-1]


def test_the_rest_is_estimated_by_the_pace_so_far():
    now = [100.0]
    progress = Progress(Plan.from_config(CONFIG), lambda: now[0])
    for line in PRINTED[:7]:
        progress.read(line)
    now[0] += 30

    snapshot = progress.snapshot()

    assert snapshot["eta_s"] == round(30 * (100 - snapshot["percent"]) / snapshot["percent"], 1)


def test_an_automatic_configuration_has_a_plan_as_well():
    assert Plan.from_config({"pipeline": None, "policies": None}).share("DIETClassifier", 1.0) > 0.3


def test_half_an_assistant_has_half_the_plan():
    plan = Plan.from_config(CONFIG, only="core")

    plan.finish("TEDPolicy")

    assert plan.share(None, 0) > 0.8


def test_logs_keep_what_people_need_and_no_bars():
    assert all(is_noise(line) for line in PRINTED if "Epochs" in line)
    assert is_noise("/x/site-packages/jax.py:1: DeprecationWarning: jax is old")
    assert is_noise("Processed story blocks:   0%|          | 0/3 [00:00<?, ?it/s]")
    assert not is_noise(VALIDATING)
    assert not is_noise("/x/rasa/shared/utils/io.py:100: UserWarning: intent 'a' has 1 example")
    assert plain("\x1b[92mYour Rasa model is trained\x1b[0m\n") == "Your Rasa model is trained"


def test_the_course_of_the_loss_is_told_whole_and_stays_short():
    course = watch(PRINTED)[8]
    long = [HOOK + "Starting to train component 'DIETClassifier'."]
    long += [
        f"Epochs:  1%|          | {epoch}/300 [00:01<00:01, 1.0it/s, t_loss={300 - epoch}.0]" for epoch in range(1, 301)
    ]

    assert (course["loss_of"], course["losses"]) == ("DIETClassifier", [[1, 9.48], [10, 5.53], [20, 0.524]])
    assert watch(PRINTED)[-1]["losses"] == [[3, 4.86]]
    thinned = watch(long)[-1]["losses"]
    assert 20 <= len(thinned) <= 41
    assert thinned[0] == [1, 299.0]
    assert thinned[-1] == [300, 0.0]
    assert thinned == sorted(thinned)
