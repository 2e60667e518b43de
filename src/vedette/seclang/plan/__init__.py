"""The same answers at a fraction of the cost: what can be decided before a request is there, is."""
