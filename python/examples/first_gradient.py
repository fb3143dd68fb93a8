"""A first gradient: at a jump the first order sees nothing, and the zeroth order is right."""

import mollify

g = mollify.gradient("heaviside", samples=10_000, engine="cpu")
print(g)

exact = g.closed_form.gradient[0]
zeroth = g.zeroth_order
print(f"exact {exact:.4f}, first order {g.first_order.gradient[0]:.4f}, zeroth order {zeroth.gradient[0]:.4f}")
assert g.first_order.gradient[0] == 0.0
assert abs(zeroth.gradient[0] - exact) < 4 * zeroth.std_error[0]
