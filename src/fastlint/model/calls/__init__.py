"""What runs for requests and what it calls: the event loop, the thread pool, what blocks."""
