"""Playing games: the trainer, its checkpoints, averages, precision, processes and progress."""
