"""The model room: what all files mean together.

`fastlint.model.project.Project` is the door: apps, routers, routes, dependencies, functions,
schemas, calls. Nothing here prints or judges.
"""
