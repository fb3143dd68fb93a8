"""What stiffness does: the variance of the first order grows with it, until the zeroth order has less."""

import mollify

print(f"{'stiffness':>10} {'first order':>12} {'zeroth order':>12} {'alpha':>6}")
ratios = []
with mollify.Engine("cpu") as engine:
    for stiffness in (10.0, 100.0, 1000.0, 2000.0):
        task = mollify.task("pushing", stiffness=stiffness, damping=0.99, horizon=200)
        g = mollify.gradient(task, samples=2000, engine=engine)
        first, zeroth = g.first_order.variance, g.zeroth_order.variance
        ratios.append(first / zeroth)
        print(f"{stiffness:10.0f} {first:12.3g} {zeroth:12.3g} {g.alpha:6.3f}")
assert ratios == sorted(ratios) and ratios[0] < 1.0 < ratios[-1]
