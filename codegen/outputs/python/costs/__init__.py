"""What rules in CEL cost a server by its own estimate, which decides whether it takes a definition of custom resources.

As `k8s.io/apiextensions-apiserver` and `cel-go/checker/cost.go` have it: the greatest cost of an expression over the greatest values that
the schema allows, times how often the value can stand in an object; what the schema does not limit is as great as a request can be.
"""
