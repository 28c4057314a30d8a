"""Publishing native configurations: names to ids, the route through check-out and check-in, what a kill leaves."""
