"""Run in Rasa's environment: prints as JSON what Rasa's own importer reads from a project's folder."""

import json
import sys
from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter


def main(folder: str) -> None:
    root = Path(folder)
    domain = root / ("domain.yml" if (root / "domain.yml").exists() else "domain")
    importer = RasaFileImporter(str(root / "config.yml"), str(domain), [str(root / "data")])
    nlu, stories = importer.get_nlu_data(), importer.get_stories()
    read = {
        "config": importer.get_config(),
        "domain": importer.get_domain().as_dict(),
        "nlu": nlu.nlu_as_yaml(),
        "examples": [example.as_dict() for example in nlu.training_examples],
        "synonyms": nlu.entity_synonyms,
        "regexes": nlu.regex_features,
        "lookups": nlu.lookup_tables,
        "steps": sorted(
            f"{type(step).__name__} {step.block_name} {step.as_story_string()}" for step in stories.story_steps
        ),
    }
    print("READ " + json.dumps(read, sort_keys=True, default=str))


main(sys.argv[1])
