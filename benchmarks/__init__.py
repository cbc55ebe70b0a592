"""How long things take at a size that customers reach. Each file is run with one make target and bounded in time."""
