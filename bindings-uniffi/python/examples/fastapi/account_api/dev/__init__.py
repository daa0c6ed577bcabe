"""Dev mode: the service with a control surface, for tests and for trying out."""
