"""The run time of generated validators, which `codegen validate` uses too: standard library only, laid out as black does.

Each generated module has the text of these modules inside (`bundle` joins them). Their names are private because there they
stand beside the functions that the module is for.
"""
