"""The commands, found by looking: a module with `add(parser)` and `run(options)`, whose docstring says what it does."""
