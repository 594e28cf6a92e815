"""Packages: zips of the functions and layers that `template.yaml` names.

`python -m infra.package` builds them for the interpreter that runs it (the AWS emulator runs functions in that one);
`python -m infra.package --aws` builds them for AWS Lambda (python3.13, x86_64).
"""
