"""What a researcher gets on the same quasi-dynamic steps in Python: numpy over all points at once, and one QP after the other.

    python3 -m venv venv && venv/bin/pip install numpy clarabel scipy
    venv/bin/python benches/peers/quasidynamic_peers.py

Planar pushing and planar hand as in src/systems, kappa 100. Prints million steps per second, and how far the numbers are from
those of `benches/steps.rs` in closed form: the face-centre pushes of docs/performance.md.
"""
import argparse
import os
import time

import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("--pushing", type=int, default=65536)
arguments.add_argument("--qps", type=int, default=2000)
arguments.add_argument("--repeats", type=int, default=7)
arguments = arguments.parse_args()

HALF, RADIUS, FRICTION, KAPPA = 0.5, 0.1, 2.0 / 3.0, 100.0
STIFFNESS = np.array([500.0, 500.0, 16.0 + 2.0 / 3.0, 100.0, 100.0])


def contact(q):
    """Gap (n) and both rows of J (2, n, 5) of box and disc."""
    x, y, angle, disc_x, disc_y = q
    c, s = np.cos(angle), np.sin(angle)
    ax, ay = disc_x - x, disc_y - y
    lx, ly = c * ax + s * ay, c * ay - s * ax
    bx = np.maximum(lx - HALF, 0) + np.minimum(lx + HALF, 0)
    by = np.maximum(ly - HALF, 0) + np.minimum(ly + HALF, 0)
    d = np.hypot(bx, by)
    inside = d <= 0
    dx, dy = np.abs(lx) - HALF, np.abs(ly) - HALF
    first = dy <= dx
    safe = np.where(inside, 1, d)
    nx = np.where(inside, np.where(first, np.sign(lx), 0), bx / safe)
    ny = np.where(inside, np.where(first, 0, np.sign(ly)), by / safe)
    gap = np.where(inside, np.maximum(dx, dy), d) - RADIUS
    n = np.stack([nx * c - ny * s, nx * s + ny * c])
    t = np.stack([-n[1], n[0]])
    w = np.stack([ax, ay]) - (gap + RADIUS) * n
    rows = []
    for sign in (1.0, -1.0):
        v = n + sign * FRICTION * t
        rows.append(np.stack([-v[0], -v[1], -(w[0] * v[1] - w[1] * v[0]), v[0], v[1]], -1))
    return gap, np.stack(rows)


def step_with_b(q, u, mu=1 / KAPPA):
    """q+ and B (n, 5, 2) by Newton on the curve s lambda = mu, four passes and one on the dual."""
    gap, J = contact(q)
    free = np.stack([u[0] - q[3], u[1] - q[4]], -1)
    c = gap + np.einsum("knj,nj->kn", J[:, :, 3:], free)
    G = 1 / STIFFNESS
    W = np.einsum("kni,i,lni->kln", J, G, J)
    own, cross = np.stack([W[0, 0], W[1, 1]]), W[0, 1]
    v = c.copy()
    for _ in range(4):
        root = np.sqrt(v * v + 4 * own * mu)
        force = np.where(v < 0, (np.abs(v) + root) / (2 * own), 2 * mu / (np.abs(v) + root))
        slope = force / root
        rest = v - c - cross * force[::-1]
        det = 1 - cross * cross * slope[0] * slope[1]
        v = v - (rest - cross * slope[::-1] * rest[::-1]) / det
    root = np.sqrt(v * v + 4 * own * mu)
    force = np.where(v < 0, (np.abs(v) + root) / (2 * own), 2 * mu / (np.abs(v) + root))
    M00, M11 = own + mu / force**2
    det = M00 * M11 - cross * cross
    JGS = J[:, :, 3:]
    solved = np.stack([M11[:, None] * JGS[0] - cross[:, None] * JGS[1], M00[:, None] * JGS[1] - cross[:, None] * JGS[0]])
    B = -np.einsum("kni,knj->nij", J * G, solved / det[:, None])
    B[:, 3, 0] += 1
    B[:, 4, 1] += 1
    motion = np.einsum("kni,kn->ni", J * G, force)
    motion[:, 3:] += free
    return q.T + motion, B


def near_start(n, centre):
    k = np.arange(n * len(centre))
    return (np.resize(centre, k.shape) + 0.02 * np.sin(1.7 * k)).reshape(n, -1).T


def median(of, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        of()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def main():
    # The face centre, kappa 100: docs of the closed forms, dy .0090685 and .0091046.
    at = np.array([[0, 0, 0, 0, -0.6]] * 2, float).T
    found, _ = step_with_b(at, np.array([[0, -0.55], [0.02, -0.55]]).T)
    assert np.allclose(found[:, 1], [0.0090685, 0.0091046], atol=1e-7), found
    print("load", os.getloadavg()[0], "numpy", np.__version__)
    for kind in (np.float64, np.float32):
        points = near_start(arguments.pushing, np.array([0, 0.5, 0, 0, -0.1, 0, -0.1])).astype(kind)
        seconds = median(lambda: step_with_b(points[:5], points[5:]), arguments.repeats)
        print(f"planar-pushing, numpy {np.dtype(kind).name}, {arguments.pushing} points: "
              f"{arguments.pushing / seconds / 1e6:.3f} M/s with B")
    try:
        import clarabel
        from scipy import sparse
    except ImportError:
        print("no clarabel")
        return
    points = near_start(arguments.qps, np.array([0, 0.5, 0, 0, -0.1, 0, -0.1]))
    Q, cones = sparse.csc_matrix(np.diag(STIFFNESS)), [clarabel.NonnegativeConeT(2)]
    options = clarabel.DefaultSettings()
    options.verbose = False

    def qps():
        for q in points.T:
            gap, J = contact(q[:5, None])
            b = np.concatenate([np.zeros(3), 100 * (q[5:] - q[3:5])])
            clarabel.DefaultSolver(Q, -b, sparse.csc_matrix(-J[:, 0]), np.repeat(gap, 2), cones, options).solve()

    print(f"planar-pushing, Clarabel {clarabel.__version__}, one QP after the other, no B: "
          f"{arguments.qps / median(qps, 3) / 1e6:.5f} M/s")


main()
