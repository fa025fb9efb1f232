"""What operators run on deployed services; no function has it in its bundle."""
