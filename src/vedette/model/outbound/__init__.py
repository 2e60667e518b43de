"""HTTP requests that leave this machine, to where they were meant to go and nowhere else."""
