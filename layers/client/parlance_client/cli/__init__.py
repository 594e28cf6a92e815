"""The command `parlance`: one file a group of commands; docs/cli.md tells all of it."""
