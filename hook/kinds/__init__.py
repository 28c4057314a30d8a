"""One module per kind of object: how to list, read, compare and write it."""
