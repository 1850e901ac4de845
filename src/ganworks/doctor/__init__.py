"""What is wrong with a training: signals recorded as it goes, and diagnoses that read them and nothing else."""
