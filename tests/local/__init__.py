"""The whole system on one machine: `system` wires it, `demo` shows it, `aws` and `simulators` are its two sides."""
