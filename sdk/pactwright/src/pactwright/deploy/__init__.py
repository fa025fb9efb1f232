"""From a project's sources to running stacks: bundles, the gateway's dialect, CloudFormation."""
