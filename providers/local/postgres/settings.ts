/** postgresql.conf, written whole at every start: what is not here is PostgreSQL's own default. */
export function serverSettings(port: number): string {
    return `# Written by Twelvefold at every start; changes here are lost.
listen_addresses = '127.0.0.1'
port = ${port}
# Loopback with a password is the only way in.
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
# Kept for the supervisor, when apps have taken all the others.
superuser_reserved_connections = 5
shared_buffers = 64MB
# An answered commit is on the disk: queues and databases promise it.
fsync = on
synchronous_commit = on
# Files in the data folder and not in /dev/shm, so that nothing is left behind after a kill.
dynamic_shared_memory_type = mmap
# As managed databases have it, whatever this machine's time zone is.
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = warning
# Statements and row values stay out of the log: they may hold secrets.
log_statement = 'none'
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1
`;
}

/** pg_hba.conf: every user needs its password, also on this machine. */
export const ACCESS_RULES = `# Written by Twelvefold at every start.
host all all 127.0.0.1/32 scram-sha-256
`;
