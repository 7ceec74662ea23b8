"""docker-compose.yml and the Dockerfile, read closely, and run without an engine."""
