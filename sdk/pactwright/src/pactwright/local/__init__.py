"""Running services: in process, or as deployed stacks on an embedded emulator of AWS."""
