"""The parts of readers that several layouts share."""
