"""The documented paths of Logto's Account API, on FastAPI and the package sekisho."""
