"""Since when and until when: each definition, field and operation over several releases."""
