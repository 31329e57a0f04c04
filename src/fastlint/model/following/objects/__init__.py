"""What objects have and do: attributes, methods, operators, by the kind of the object."""
