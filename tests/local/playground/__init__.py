"""`make playground`: a web page that looks and behaves like Slack, in front of the whole system on this machine."""
