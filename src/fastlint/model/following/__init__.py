"""Follows the project's own code over values, from its module level on."""
