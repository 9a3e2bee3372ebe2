"""The meaning of Kubernetes values, such as quantities, times, formats, constraints and Status
objects.

These are pure functions and records. Nothing here imports another package of codegen, so that every
package may use it, and so that generated packages can copy the modules that they need.
"""
