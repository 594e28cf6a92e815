"""The ECS agent of a machine without a container engine: runs each container's command as a process."""
