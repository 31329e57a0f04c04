"""What is opened, kept and closed: sessions, clients, dependencies, lifespans, tasks."""
