"""Functions of one loss each: loss, gradient, and the optimum in closed form."""
