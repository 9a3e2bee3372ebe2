"""The templates that ship, compiled by Jinja into Python: a module a template, each written by `codegen.outputs.template_compiler`."""
