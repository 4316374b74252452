"""Setting up and operating a stack: `make slack-manifest`, `make doctor`, the start of `make deploy`. Not deployed."""
