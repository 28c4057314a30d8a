"""Make a Genesys Cloud organisation match the files in Git, by name, never deleting."""

__version__ = "0.1.0"
