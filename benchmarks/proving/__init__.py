"""Proves that safe fixes change nothing but what their rules' pages declare."""
