"""What FastAPI makes of the project: routes, dependencies, parameters, responses."""
