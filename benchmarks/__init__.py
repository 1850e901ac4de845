"""Side-by-side measurements, each a command that prints its table: `python -m benchmarks.NAME`."""
