"""What `codegen check` looks at."""
