"""One flow document: Archy YAML or JSON; parsing, references, digest, comparison. Pure: no I/O, threads or clock."""
