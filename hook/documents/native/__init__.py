"""A flow in Architect's native configuration: JSON full of ids, read and written by name."""
