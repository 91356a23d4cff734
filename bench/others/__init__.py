"""Other servers with the same content, each as its makers advise to run it."""
