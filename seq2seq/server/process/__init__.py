"""From settings to processes that listen: the parts put together, sockets, connections."""
