// The practice tree: one process that holds every stand-in. See sandbox/README.md.
