"""`python -m infra.deploy_aws PARAMETERS.json`: builds for AWS Lambda, deploys to the account of the current profile.

docs/deployment-aws.md is the guide. Give all parameters every time: the file is the installation's description.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import Deployment, deploy
from infra.package.failure import DeploymentError, PackageError


def main() -> int:
    """Deploy and print the outputs; return 1 with one sentence when that failed."""
    options = parse()
    try:
        parameters = with_prefix_list(read_parameters(options.parameters), options.region)
        chosen = {"stack": options.stack, "region": options.region, "bucket": options.bucket}
        outputs = deploy(Deployment(parameters=parameters, **chosen), Log())
    except (PackageError, DeploymentError) as error:
        print(error)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do what was asked: {error}")
        return 1
    print(*(f"{name:20} {value}" for name, value in sorted(outputs.items())), sep="\n")
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy_aws", description="Deploy Parlance to AWS.")
    parser.add_argument("parameters", type=Path, help="JSON file {parameter: value}, see docs/deployment-aws.md")
    parser.add_argument("--stack", default="parlance", help="name of the stack, and first part of every name in it")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--bucket", default="", help="bucket of the packages; made when missing")
    return parser.parse_args()


def read_parameters(path: Path) -> dict[str, str]:
    """Return the file's parameters as text, which is what CloudFormation takes; raises DeploymentError."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DeploymentError(f"The parameters in {path} cannot be read: {error}.") from error
    if not isinstance(found, dict) or not all(isinstance(value, str | int) for value in found.values()):
        raise DeploymentError(f"{path} must hold one JSON object of texts and numbers.")
    return {name: str(value) for name, value in found.items()}


def with_prefix_list(parameters: dict[str, str], region: str) -> dict[str, str]:
    """Add the list of CloudFront's addresses in this region, which the load balancer lets in, unless it is given."""
    if parameters.get("FrontDoor") == "false" or parameters.get("CloudFrontPrefixList"):
        return parameters
    import boto3

    wanted = [{"Name": "prefix-list-name", "Values": ["com.amazonaws.global.cloudfront.origin-facing"]}]
    found = boto3.client("ec2", region_name=region).describe_managed_prefix_lists(Filters=wanted)["PrefixLists"]
    if not found:
        raise DeploymentError(f"CloudFront has no managed prefix list in {region}: set CloudFrontPrefixList.")
    return {**parameters, "CloudFrontPrefixList": str(found[0]["PrefixListId"])}


class Log:
    """Progress as lines; what has been said is not said again."""

    def __init__(self) -> None:
        """Nothing has been said."""
        self._last = ""

    def __call__(self, what: str, share: float) -> None:
        """Print a new step."""
        if what != self._last:
            print(f"{share:4.0%}  {what}")
        self._last = what


if __name__ == "__main__":
    raise SystemExit(main())
