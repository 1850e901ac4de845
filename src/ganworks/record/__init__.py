"""The run directory and everything that is written there."""
