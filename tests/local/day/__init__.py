"""`make day`: 24 hours of the watch in seconds, with scripted providers and our own clock."""
