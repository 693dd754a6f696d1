"""What fulfils the ports: database, files, queue, sandbox, clock."""
