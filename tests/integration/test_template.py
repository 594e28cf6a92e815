"""What the template promises, read from its text: nothing here needs an emulator."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from cfnlint.decode.cfn_yaml import load

from infra.package.contents import ROOT
from parlance.settings import Settings

TEMPLATE = ROOT / "template.yaml"
STACKS = sorted((ROOT / "infra" / "stacks").glob("*.yaml"))
AWS_ONLY = {"network.yaml", "database.yaml", "edge.yaml"}
PUBLISH = "sns:Publish*"
"""AWS has one action for both calls, which it names Publish; the emulator has two."""
NO_RESOURCE = {"ecr:GetAuthorizationToken", "ecs:ListTasks"}  # actions for which AWS knows no resource to name
GUIDE = (ROOT / "docs" / "deployment-aws.md").read_text()


def read(path):
    return load(str(path))


def statements(document):
    """Every policy statement of a template."""
    if isinstance(document, dict):
        if "Effect" in document and "Action" in document:
            yield document
        for value in document.values():
            yield from statements(value)
    elif isinstance(document, list):
        for value in document:
            yield from statements(value)


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_cfn_lint_finds_nothing():
    files = [str(TEMPLATE), *map(str, STACKS)]

    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", *files], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [TEMPLATE, *STACKS], ids=lambda path: path.name)
def test_roles_name_actions_and_resources(path):
    for statement in statements(read(path)):
        actions = as_list(statement["Action"])
        assert not any("*" in action for action in actions if action != PUBLISH), statement
        if statement.get("Resource") == "*":
            assert set(actions) <= NO_RESOURCE, statement


def test_no_secret_has_its_value_in_a_template():
    for path in [TEMPLATE, *STACKS]:
        for name, resource in read(path)["Resources"].items():
            value = str(resource.get("Properties", {}).get("SecretString", "{}"))
            assert value == "{}" or "{{resolve:secretsmanager:" in value, (path.name, name)


def test_data_outlives_the_stack():
    kept = {
        name: resource.get("DeletionPolicy")
        for path in STACKS
        for name, resource in read(path)["Resources"].items()
        if resource["Type"] in {"AWS::S3::Bucket", "AWS::RDS::DBCluster"}
    }

    assert kept == {
        "ModelsBucket": "RetainExceptOnCreate",
        "DataBucket": "RetainExceptOnCreate",
        "UiBucket": "Delete",  # the deployment fills it
        "Cluster": "Snapshot",
    }


def test_every_function_has_its_role_its_log_group_and_the_runtime():
    template = read(TEMPLATE)
    functions = {
        n: r["Properties"] for n, r in template["Resources"].items() if r["Type"] == "AWS::Serverless::Function"
    }

    assert template["Globals"]["Function"]["Runtime"] == "python3.13"
    assert len(functions) >= 5
    roles = [str(properties["Role"]) for properties in functions.values()]
    assert len(set(roles)) == len(roles)
    for name in functions:
        assert template["Resources"][name.replace("Function", "Logs")]["Properties"]["RetentionInDays"]


def test_the_functions_get_every_setting():
    given = set(read(TEMPLATE)["Globals"]["Function"]["Environment"]["Variables"])

    assert given == {field.name.upper() for field in msgspec.structs.fields(Settings)}


@pytest.mark.parametrize("path", [path for path in STACKS if path.name not in AWS_ONLY], ids=lambda path: path.name)
def test_nested_stacks_ask_for_no_attributes(path):
    """The emulator forgets the attributes of a nested stack's unchanged resources when the stack is updated."""
    text = path.read_text()

    assert "GetAtt" not in text.partition("Resources:")[2]
    resources = read(path)["Resources"]
    assert not [name for name in resources if re.search(rf"\$\{{{name}\.", text)]


def test_every_parameter_is_in_the_guide():
    missing = [name for name in read(TEMPLATE)["Parameters"] if f"`{name}`" not in GUIDE]

    assert not missing


def test_every_output_of_the_template_is_in_the_guide():
    missing = [name for name in read(TEMPLATE)["Outputs"] if f"`{name}`" not in GUIDE]

    assert not missing


def test_other_origins_are_judged_by_the_function_alone():
    api = read(TEMPLATE)["Resources"]["Api"]["Properties"]
    (path,) = api["DefinitionBody"]["paths"].values()

    assert "Cors" not in api
    assert path["options"] == path["get"], "preflights go to the function as every call does"
    given = [answer.get("ResponseParameters", {}).get("Headers", {}) for answer in api["GatewayResponses"].values()]
    assert not [name for headers in given for name in headers if name.lower().startswith("access-control")]
