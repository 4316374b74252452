"""The watch: decides from stored readings when a balance is low, and what people are told about it."""
