"""Every way in which a provider can fail, on real sockets, through its function and the aggregator."""
