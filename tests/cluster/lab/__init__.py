"""A real control plane and a real Argo CD on one machine, without Docker: for `make test-cluster` and `make lab`."""
