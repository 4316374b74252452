"""Commands for setting up and operating a deployed stack: `make slack-manifest` and `make doctor`. Not deployed."""
