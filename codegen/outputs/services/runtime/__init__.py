"""What generated services have in common, copied into their packages as it is: its modules import each other and nothing of codegen."""
