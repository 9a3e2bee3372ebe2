"""Rules in CEL of a schema: the view of the model that they need, and whether they compile. The run time of generated code runs them."""
