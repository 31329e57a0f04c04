"""What FastAPI and Starlette do when they are called: routers, routes, middleware, start-up."""
