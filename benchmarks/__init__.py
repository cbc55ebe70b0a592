"""Measures speed at sizes that customers reach. Each program has one make target and is bounded in time."""
