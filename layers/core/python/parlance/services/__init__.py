"""What the workbench does, one verb a function."""
